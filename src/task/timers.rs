// SPDX-License-Identifier: GPL-2.0

//! `timers`: the POSIX timers of a process.
//!
//! Answers to `timers_start()`, `timers_next()` and `show_timer()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it. Some timers are read at a time,
//! so that the list is not walked anew for each.

use crate::{
    fs::{
        records::RecordsEntry,
        request::Request, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::tasks::timers::{
        self,
        Timer, //
    }, //
};

/// `timers`.
pub(super) struct Timers;

/// How many timers are read together: few enough for a kernel stack.
const BATCH: usize = 4;

/// Timers read together, and which of them is next.
pub(super) struct Batch {
    slots: [Option<Timer>; BATCH],
    filled: usize,
    at: usize,
}

impl RecordsEntry<Anyone> for Timers {
    type Item = Batch;
    const ENDS_WITH_TASK: bool = false;

    fn first(permitted: &Permitted<'_, Anyone>, request: &Request<'_>, pos: u64) -> Option<Batch> {
        if !timers::any(permitted.task()) {
            return None;
        }
        let mut slots = [None; BATCH];
        let filled = timers::read(permitted.task(), request.pid_ns(), pos, &mut slots);
        (filled > 0).then_some(Batch {
            slots,
            filled,
            at: 0,
        })
    }

    fn after(
        permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        mut batch: Batch,
        pos: u64,
    ) -> Option<Batch> {
        batch.at += 1;
        if batch.at < batch.filled {
            return Some(batch);
        }
        Self::first(permitted, request, pos)
    }

    fn show(_request: &Request<'_>, batch: &Batch, out: &mut Text<'_>) {
        let Some(timer) = batch.slots.get(batch.at).copied().flatten() else {
            return;
        };
        show::timers::Timer {
            id: timer.id,
            signal: timer.signal,
            value: timer.value,
            notify: timer.notify,
            target: timer.target,
            clock: timer.clock,
        }
        .show(out);
    }
}
