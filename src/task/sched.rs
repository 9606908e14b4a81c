// SPDX-License-Identifier: GPL-2.0

//! `sched`: the scheduler's figures of a task, which a write sets back.
//!
//! Mirrors `sched_show()` and `sched_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and
//! goes on to [`kernel/sched/debug.c`](srctree/kernel/sched/debug.c), which writes them. Only the
//! mode of the file is asked.

use crate::{
    fs::{
        formatter::SeqEntry,
        request::Request,
        write::WriteEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    rust_bindings::{
        tasks::sched,
        vfs::{
            seq::SeqFile,
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

/// `sched`.
pub(super) struct Sched;

impl SeqEntry<Anyone> for Sched {
    const LONG: bool = true;

    fn show(permitted: &Permitted<'_, Anyone>, request: &Request<'_>, seq: &SeqFile) -> Result {
        sched::show(permitted.task(), request.pid_ns(), seq);
        Ok(())
    }
}

impl WriteEntry<Anyone> for Sched {
    type Value = ();

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<((), usize)> {
        Ok(((), data.taken()))
    }

    fn apply(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, (): ()) -> Result {
        sched::reset(permitted.task());
        Ok(())
    }
}
