// SPDX-License-Identifier: GPL-2.0

//! `autogroup`: the scheduler's group of a task's session, and its nice value.
//!
//! Mirrors `sched_autogroup_show()` and `sched_autogroup_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c), and goes on to
//! [`kernel/sched/autogroup.c`](srctree/kernel/sched/autogroup.c), which writes it and decides who
//! may set it.

use crate::{
    fs::{
        formatter::SeqEntry,
        number,
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

/// `autogroup`.
pub(super) struct Autogroup;

impl SeqEntry<Anyone> for Autogroup {
    fn show(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, seq: &SeqFile) -> Result {
        sched::show_autogroup(permitted.task(), seq);
        Ok(())
    }
}

impl WriteEntry<Anyone> for Autogroup {
    type Value = i32;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(i32, usize)> {
        number::stripped_i32(data)
    }

    fn apply(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, nice: i32) -> Result {
        sched::set_autogroup_nice(permitted.task(), nice)
    }
}
