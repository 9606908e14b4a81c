// SPDX-License-Identifier: GPL-2.0

//! How a row of a task's table becomes an inode, and how cached dentries stay true.
//!
//! Answers to `proc_pid_make_inode()`, `pid_update_inode()` and `pid_revalidate()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    gate,
    pure::{
        access::Place,
        entry::Level, //
    },
    rust_bindings::{
        procfs::{
            new_inode::NewInode,
            proc_inode::Tag, //
        },
        tasks::{
            pid::{
                FindTask,
                Pid, //
            },
            task::TaskExt, //
        },
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps, //
            },
            inode::Inode,
            super_block::SuperBlock,
            under_rcu::Walk, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

/// The tag's row of a task's directory itself.
const DIRECTORY: u16 = u16::MAX;

/// What an inode of a task stands for: a row of the table at a level, or the task's directory there.
pub(crate) fn tag(level: Level, row: Option<u8>) -> Tag {
    Tag {
        row: row.map_or(DIRECTORY, u16::from),
        scope: level as u16,
    }
}

/// The level at which an inode of a task stands.
pub(crate) fn level(inode: &Inode) -> Level {
    if inode.tag().scope == Level::Thread as u16 {
        Level::Thread
    } else {
        Level::ThreadGroup
    }
}

/// The row that an inode of a task stands for, or whose child it is; `None` for the task's directory.
pub(crate) fn row(inode: &Inode) -> Option<u8> {
    u8::try_from(inode.tag().row).ok()
}

/// Makes an inode for an entry of `task`, with its owner and label.
///
/// # Errors
///
/// `ENOMEM`; `ENOENT` once the task is reaped.
pub(crate) fn new(sb: &SuperBlock, task: &Task, mode: u16, tag: Tag) -> Result<NewInode> {
    let pid = task.get_pid().ok_or(ENOENT)?;
    let inode = NewInode::unowned(sb)?.mode(mode).tag(tag).pid(pid);
    own(inode.as_inode(), task, mode);
    Ok(inode)
}

/// As [`new`], for the task that `pid` is the identity of: no count of the task is needed.
///
/// # Errors
///
/// As [`new`].
#[inline(always)] // Every lookup comes here.
pub(crate) fn of_pid(sb: &SuperBlock, pid: ARef<Pid>, mode: u16, tag: Tag) -> Result<NewInode> {
    let inode = NewInode::unowned(sb)?.mode(mode).tag(tag).pid(pid);
    // Gone before the inode is, where there is no task: putting an inode may sleep.
    let rcu = rcu::read_lock();
    let task = inode.as_inode().task(&rcu).ok_or(ENOENT)?;
    own(inode.as_inode(), task, mode);
    Ok(inode)
}

/// Gives an inode the owner that entries of `mode` have for `task` now, and the label.
pub(crate) fn own(inode: &Inode, task: &Task, mode: u16) {
    inode.set_owner_by(task, mode);
    inode.label_after(task);
}

/// The identity that inode numbers of an inode's task are made of.
pub(crate) fn pid_ino(inode: &Inode) -> u64 {
    inode.pid().map_or(0, |pid| pid.ino())
}

/// Dentries of a task's directory and of its rows.
struct TaskDentry;

impl DentryOperations for TaskDentry {
    #[inline]
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        let rcu = walk.lock();
        let Some(task) = inode.task(&rcu) else {
            return Ok(false);
        };
        if row(inode).is_none() {
            // Not `Ok(false)`: that would detach what others have mounted below.
            gate::hidepid::visible(inode.super_block(), task, Place::Lookup)?;
        }
        own(inode, task, inode.mode());
        Ok(true)
    }
}

/// The operations of such dentries.
pub(crate) static TASK_DENTRY: DentryOps = DentryOps::of::<TaskDentry>();
