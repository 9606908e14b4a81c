// SPDX-License-Identifier: GPL-2.0

//! Going from process to process of an instance's pid namespace, by number.
//!
//! Mirrors `next_tgid()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Locks: RCU around each
//! step.

use crate::rust_bindings::{
    tasks::{
        pid::FindTask,
        pid_walk::PidWalk, //
    },
    vfs::super_block::SuperBlock, //
};
use kernel::{
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

/// A process of the instance's namespace.
pub(super) struct Process {
    /// Its number there.
    pub(super) nr: i32,
    /// The `pid->ino` that inode numbers of its entries are made of.
    pub(super) pid_ino: u64,
    /// The task that leads it.
    pub(super) task: ARef<Task>,
}

impl Process {
    /// The next process from the number `from` on.
    pub(super) fn next(sb: &SuperBlock, from: i32) -> Option<Self> {
        let rcu = rcu::read_lock();
        PidWalk::from(u32::try_from(from).ok()?, sb.pid_ns(), &rcu).find_map(|(nr, pid)| {
            Some(Self {
                nr,
                pid_ino: pid.ino(),
                task: ARef::from(pid.group_leader(&rcu)?),
            })
        })
    }
}
