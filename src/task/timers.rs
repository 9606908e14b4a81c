// SPDX-License-Identifier: GPL-2.0

//! `timers`: the POSIX timers of a process.
//!
//! Mirrors `timers_start()`, `timers_next()` and `show_timer()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it. Some timers are read at a
//! time, so that the list is not walked anew for each.

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
use kernel::{
    alloc::flags::GFP_NOWAIT,
    prelude::*, //
};

/// `timers`.
pub(super) struct Timers;

/// How many timers are read together at first: as many as most processes have, few enough for a
/// kernel stack.
const FEW: usize = 4;
/// How many then: about as many as seq_file takes before it asks for a position again, to which the
/// list is walked.
const MANY: usize = 48;

/// Timers read together, and which of them is next.
pub(super) struct Batch {
    slots: Slots,
    filled: usize,
    at: usize,
}

enum Slots {
    Few([Option<Timer>; FEW]),
    Many(KVec<Option<Timer>>),
}

impl Slots {
    /// Room for many, or for few where there is no memory. Does not sleep.
    fn new(many: bool) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a fixed size")]
        let slots = many.then(|| KVec::from_elem(None, MANY, GFP_NOWAIT).ok());
        slots.flatten().map_or(Self::Few([None; FEW]), Self::Many)
    }

    fn as_mut_slice(&mut self) -> &mut [Option<Timer>] {
        match self {
            Self::Few(slots) => slots,
            Self::Many(slots) => slots,
        }
    }
}

impl Batch {
    /// Reads timers from the one at `pos` on.
    #[inline(always)] // Most processes have none: that costs no copy of a batch.
    fn read(
        permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        pos: u64,
        many: bool,
    ) -> Option<Self> {
        if !timers::any(permitted.task()) {
            return None;
        }
        let mut slots = Slots::new(many);
        let filled = timers::read(
            permitted.task(),
            request.pid_ns(),
            pos,
            slots.as_mut_slice(),
        );
        (filled > 0).then_some(Self {
            slots,
            filled,
            at: 0,
        })
    }

    /// The timer that is next; none where that is being deleted.
    fn timer(&self) -> Option<Timer> {
        let slots = match &self.slots {
            Slots::Few(slots) => slots.get(self.at),
            Slots::Many(slots) => slots.get(self.at),
        };
        slots.copied().flatten()
    }
}

impl RecordsEntry<Anyone> for Timers {
    type Item = Batch;
    const ENDS_WITH_TASK: bool = false;

    #[inline(always)]
    fn first(permitted: &Permitted<'_, Anyone>, request: &Request<'_>, pos: u64) -> Option<Batch> {
        Batch::read(permitted, request, pos, pos > 0)
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
        if batch.filled < batch.slots.as_mut_slice().len() {
            // That was the end of the list.
            return None;
        }
        Batch::read(permitted, request, pos, true)
    }

    fn show(_request: &Request<'_>, batch: &Batch, out: &mut Text<'_>) {
        let Some(timer) = batch.timer() else {
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
