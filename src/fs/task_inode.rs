// SPDX-License-Identifier: GPL-2.0

//! Inodes of a task's entries: how one is made, whose it is, and how cached dentries stay true.
//!
//! Mirrors `proc_pid_make_inode()`, `pid_update_inode()`, `pid_revalidate()` and `pid_getattr()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Locks: RCU around each look at the task.

use crate::{
    gate,
    pure::{
        access::Place,
        entry::{
            Level,
            TaskWord, //
        }, //
    },
    rust_bindings::{
        credentials::cred::{
            Kgid,
            Kuid, //
        },
        procfs::new_inode::NewInode,
        tasks::pid::{
            FindTask,
            Pid, //
        },
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps, //
            },
            inode::Inode,
            inode_ops::Kstat,
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

/// What a task's directory and its rows have for their inode's word.
#[inline]
pub(crate) fn word(inode: &Inode) -> TaskWord {
    TaskWord::from_word(inode.word())
}

/// The level at which a task's directory stands, or a row of it.
#[inline]
pub(crate) fn level(inode: &Inode) -> Level {
    word(inode).level()
}

/// The `pid->ino` that inode numbers of an inode's task are made of; 0 without a task.
pub(crate) fn pid_ino(inode: &Inode) -> u64 {
    inode.pid().map_or(0, |pid| pid.ino())
}

/// Makes an inode for an entry of the task with the struct pid `pid`, with its owner and label. No
/// count of the task is needed.
///
/// # Errors
///
/// `ENOMEM`; `ENOENT` once the task is reaped.
#[inline(always)] // Every lookup comes here.
pub(crate) fn new(sb: &SuperBlock, pid: ARef<Pid>, mode: u16) -> Result<NewInode> {
    let inode = NewInode::unowned(sb)?.mode(mode).pid(pid);
    // Gone before the inode is, where there is no task: putting an inode may sleep.
    let rcu = rcu::read_lock();
    let task = inode.as_inode().task(&rcu).ok_or(ENOENT)?;
    inode.set_owner_by(task, mode);
    inode.as_inode().label_after(task);
    Ok(inode)
}

/// Gives an inode the owner that its entry has for `task` now, and the label.
#[inline(always)] // Every walk through the entry comes here.
pub(crate) fn update(inode: &Inode, task: &Task) {
    inode.update_owner_by(task);
    inode.label_after(task);
}

/// Completes what stat shows: the owner as it is now, root once the task is reaped; nothing for
/// callers that may not see the task.
///
/// # Errors
///
/// Those of [`gate::hidepid::visible`].
#[inline(always)] // Every stat comes here.
pub(crate) fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
    let rcu = rcu::read_lock();
    match inode.task(&rcu) {
        Some(task) => {
            let verdict = gate::hidepid::visible_inode(inode, task, Place::Getattr, &rcu);
            mutant!("hiding: at stat", verdict => Ok(()))?;
            stat.set_owner_by(task, inode.mode());
        }
        None => stat.set_owner((Kuid::GLOBAL_ROOT, Kgid::GLOBAL_ROOT)),
    }
    Ok(())
}

/// Dentries of entries in a task's directory.
struct EntryDentry;

impl DentryOperations for EntryDentry {
    #[inline]
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        let rcu = walk.lock();
        let Some(task) = inode.task(&rcu) else {
            return Ok(false);
        };
        update(inode, task);
        Ok(true)
    }
}

/// Dentries of tasks' directories themselves.
struct DirDentry;

impl DentryOperations for DirDentry {
    #[inline]
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        let rcu = walk.lock();
        let Some(task) = inode.task(&rcu) else {
            return Ok(false);
        };
        // Not `Ok(false)`: that would detach what others have mounted below.
        let verdict = gate::hidepid::visible_on_walk(inode, task, Place::Lookup, &rcu);
        mutant!("hiding, differences: cached", verdict => Ok(()))?;
        update(inode, task);
        Ok(true)
    }
}

/// Dentries of entries in the directory of pid 1 that `pid1=` does not show everyone.
struct InitEntryDentry;

impl DentryOperations for InitEntryDentry {
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        let rcu = walk.lock();
        let Some(task) = inode.task(&rcu) else {
            return Ok(false);
        };
        // Whoever is in the directory may be there for the others' sake.
        let verdict = gate::hidepid::visible(inode.super_block(), task, Place::Permission, &rcu);
        mutant!("pid1: cached", verdict => Ok(()))?;
        update(inode, task);
        Ok(true)
    }
}

/// The operations of the dentries of entries in the directory of pid 1 that `pid1=` does not show
/// everyone.
pub(crate) static INIT_ENTRY_DENTRY: DentryOps = DentryOps::of::<InitEntryDentry>();
/// The operations of the dentries of entries in a task's directory.
pub(crate) static ENTRY_DENTRY: DentryOps = DentryOps::of::<EntryDentry>();
/// The operations of the dentries of tasks' directories.
pub(crate) static DIR_DENTRY: DentryOps = DentryOps::of::<DirDentry>();
