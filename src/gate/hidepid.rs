// SPDX-License-Identifier: GPL-2.0

//! Whether a caller may know of a task at all: the mount options `hidepid=` and `gid=`.
//!
//! Mirrors `has_pid_permissions()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and its callers'
//! errno.
//!
//! Locks: none but RCU, and nothing sleeps, except for [`MayEnter`], whose token holds
//! `exec_update_lock` for reading.

use super::{
    Gate,
    TryGate, //
};
use crate::{
    pure::{
        access::{
            visibility,
            HidePid,
            Place,
            Visibility, //
        },
        entry::TaskWord,
        options::{
            Options,
            Pid1, //
        }, //
    },
    rust_bindings::{
        credentials::{
            cred::Kgid,
            opener::Opener, //
        },
        tasks::{
            pid::FindTask,
            signal::ExecUpdate,
            task::{
                Ptrace,
                TaskExt, //
            }, //
        },
        vfs::{
            inode::Inode,
            super_block::SuperBlock,
            under_rcu::UnderRcu, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task, //
};

/// [`visible`], but for what `for_everyone` says is one of those that `pid1=visible` shows
/// everyone: it is asked last, and seldom.
#[inline]
fn visible_unless(
    sb: &SuperBlock,
    task: &Task,
    place: Place,
    rcu: &impl UnderRcu,
    for_everyone: impl FnOnce() -> bool,
) -> Result {
    let options = sb.data().options(rcu);
    let verdict = visibility(
        options.hidepid(),
        place,
        || current_is_exempt(options),
        || task.ptrace_may_access(Ptrace::Read),
    );
    let err = match verdict {
        Visibility::Allowed => return Ok(()),
        Visibility::Hidden => ENOENT,
        Visibility::Denied => EPERM,
    };
    let shown = options.pid1() == Pid1::Visible;
    if for_everyone() && mutant!("pid1: only where it is said", shown) {
        Ok(())
    } else {
        Err(err)
    }
}

/// Whether the caller may know of `task` at `place`, under the instance's `hidepid=` and `gid=`.
///
/// Does not sleep.
///
/// # Errors
///
/// `ENOENT` or `EPERM`, as the mode and the place want it.
#[inline]
pub(crate) fn visible(sb: &SuperBlock, task: &Task, place: Place, rcu: &impl UnderRcu) -> Result {
    visible_unless(sb, task, place, rcu, || false)
}

/// [`visible`] for a task's directory or a row in it, some of which `pid1=visible` shows everyone.
///
/// # Errors
///
/// As [`visible`].
#[inline]
pub(crate) fn visible_inode(
    inode: &Inode,
    task: &Task,
    place: Place,
    rcu: &impl UnderRcu,
) -> Result {
    let for_everyone = || TaskWord::from_word(inode.word()).is_for_everyone();
    visible_unless(inode.super_block(), task, place, rcu, for_everyone)
}

/// [`visible_inode`] for a walk through the directory, which is done often and where no task is
/// hidden needs no room for the answer.
///
/// # Errors
///
/// As [`visible`].
#[inline]
pub(crate) fn visible_on_walk(
    inode: &Inode,
    task: &Task,
    place: Place,
    rcu: &impl UnderRcu,
) -> Result {
    #[inline(never)]
    fn where_some_are_hidden(
        inode: &Inode,
        task: &Task,
        place: Place,
        rcu: &impl UnderRcu,
    ) -> Result {
        visible_inode(inode, task, place, rcu)
    }
    match inode.super_block().data().options(rcu).hidepid() {
        HidePid::Off => Ok(()),
        _ => where_some_are_hidden(inode, task, place, rcu),
    }
}

/// [`visible_on_walk`] for the task that an inode belongs to.
///
/// # Errors
///
/// As [`visible`]; `ESRCH` once the task is reaped.
pub(crate) fn visible_at(inode: &Inode, place: Place) -> Result {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(ESRCH)?;
    visible_on_walk(inode, task, place, &rcu)
}

/// Whether the caller may know of all that stands in the directory of a task, `dir`, and not of
/// what `pid1=` shows everyone alone.
///
/// # Errors
///
/// What entering the directory gave without `pid1=`; `ESRCH` once the task is reaped.
pub(crate) fn sees_all_of(dir: &Inode) -> Result {
    let rcu = rcu::read_lock();
    let task = dir.task(&rcu).ok_or(ESRCH)?;
    visible(dir.super_block(), task, Place::Permission, &rcu)
}

/// [`visible`] for a task that is looked up under the number `nr`.
///
/// # Errors
///
/// As [`visible`].
#[inline]
pub(crate) fn may_find(sb: &SuperBlock, task: &Task, nr: u32, rcu: &impl UnderRcu) -> Result {
    visible_unless(sb, task, Place::Lookup, rcu, || nr == 1)
}

/// [`visible`] for a caller that lists many tasks: what is the same for all of them is asked once.
pub(crate) struct Lister {
    mode: HidePid,
    exempt: bool,
    pid1: Pid1,
}

impl Lister {
    /// The caller, as the instance's options are now.
    pub(crate) fn new(sb: &SuperBlock) -> Self {
        let rcu = rcu::read_lock();
        let options = sb.data().options(&rcu);
        let mode = options.hidepid();
        Self {
            mode,
            exempt: mode != HidePid::Off && current_is_exempt(options),
            pid1: options.pid1(),
        }
    }

    /// Whether the caller's listing has `task`, with the number `nr`, in it. Does not sleep; may be
    /// called under RCU.
    pub(crate) fn lists(&self, task: &Task, nr: i32) -> bool {
        if nr == 1 && self.pid1 == Pid1::Visible {
            return true;
        }
        let may_ptrace = || task.ptrace_may_access(Ptrace::Read);
        let verdict = visibility(self.mode, Place::Readdir, || self.exempt, may_ptrace);
        mutant!("hiding: all are listed", verdict == Visibility::Allowed)
    }
}

fn current_is_exempt(options: &Options) -> bool {
    let mut groups = options.gid().as_slice().iter();
    groups.any(|gid| Kgid::from_global(*gid).current_is_member())
}

/// Callers that may enter the directory of the task's process in the instance; others get what
/// entering it gives.
pub(crate) enum MayEnter {}

impl Gate for MayEnter {
    type Held<'a> = ExecUpdate<'a>;

    fn ask<'a>(task: &'a Task, opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let lock = ExecUpdate::lock_interruptible(task)?;
        Self::entered(task, opener, &rcu::read_lock()).map(|()| lock)
    }
}

impl TryGate for MayEnter {
    #[inline]
    fn try_ask<'a>(
        task: &'a Task,
        opener: Option<Opener<'_>>,
        rcu: &rcu::Guard,
    ) -> Option<Result<Self::Held<'a>>> {
        let lock = ExecUpdate::try_lock(task)?;
        Some(Self::entered(task, opener, rcu).map(|()| lock))
    }
}

/// Whether the caller may enter that directory as the task is now: not for what belongs to the
/// task, which may be another program in a moment, but for whether to wait for that.
///
/// # Errors
///
/// As those of [`MayEnter`].
pub(crate) fn may_enter_now(task: &Task, opener: Opener<'_>, rcu: &rcu::Guard) -> Result {
    MayEnter::entered(task, Some(opener), rcu)
}

impl MayEnter {
    #[inline]
    fn entered(task: &Task, opener: Option<Opener<'_>>, rcu: &rcu::Guard) -> Result {
        // A caller that may enter a directory may find it too: lookup never hides more.
        let sb = opener.ok_or(EPERM)?.super_block();
        let leader = task.leader(rcu).ok_or(ESRCH)?;
        mutant!("tasks: asks nothing", visible(sb, leader, Place::Permission, rcu) => Ok(()))
    }
}
