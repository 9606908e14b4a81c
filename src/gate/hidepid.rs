// SPDX-License-Identifier: GPL-2.0

//! Whether a caller may know of a task at all: the mount options `hidepid=` and `gid=`.
//!
//! Mirrors `has_pid_permissions()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and its callers'
//! errno.
//!
//! Locks: none but RCU, and nothing sleeps, except for [`MayEnter`], whose token holds
//! `exec_update_lock` for reading.

use super::Gate;
use crate::{
    pure::{
        access::{
            visibility,
            HidePid,
            Place,
            Visibility, //
        },
        options::Options, //
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

/// Whether the caller may know of `task` at `place`, under the instance's `hidepid=` and `gid=`.
///
/// Does not sleep.
///
/// # Errors
///
/// `ENOENT` or `EPERM`, as the mode and the place want it.
#[inline]
pub(crate) fn visible(sb: &SuperBlock, task: &Task, place: Place, rcu: &impl UnderRcu) -> Result {
    let options = sb.data().options(rcu);
    let verdict = visibility(
        options.hidepid(),
        place,
        || current_is_exempt(options),
        || task.ptrace_may_access(Ptrace::Read),
    );
    match verdict {
        Visibility::Allowed => Ok(()),
        Visibility::Hidden => Err(ENOENT),
        Visibility::Denied => Err(EPERM),
    }
}

/// [`visible`] for the task that an inode belongs to.
///
/// # Errors
///
/// As [`visible`]; `ESRCH` once the task is reaped.
pub(crate) fn visible_at(inode: &Inode, place: Place) -> Result {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(ESRCH)?;
    visible(inode.super_block(), task, place, &rcu)
}

/// [`visible`] for a caller that lists many tasks: what is the same for all of them is asked once.
pub(crate) struct Lister {
    mode: HidePid,
    exempt: bool,
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
        }
    }

    /// Whether the caller's listing has `task` in it. Does not sleep; may be called under RCU.
    pub(crate) fn lists(&self, task: &Task) -> bool {
        let may_ptrace = || task.ptrace_may_access(Ptrace::Read);
        let verdict = visibility(self.mode, Place::Readdir, || self.exempt, may_ptrace);
        mutant!("hiding: all are listed", verdict == Visibility::Allowed)
    }
}

fn current_is_exempt(options: &Options) -> bool {
    Kgid::from_global(options.gid()).current_is_member()
}

/// Callers that may enter the task's directory in the instance; others get what entering it gives.
pub(crate) enum MayEnter {}

impl Gate for MayEnter {
    type Held<'a> = ExecUpdate<'a>;

    fn ask<'a>(task: &'a Task, opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let lock = ExecUpdate::lock(task)?;
        // A caller that may enter a directory may find it too: lookup never hides more.
        let sb = opener.ok_or(EPERM)?.super_block();
        let entered = visible(sb, task, Place::Permission, &rcu::read_lock());
        mutant!("tasks: asks nothing", entered => Ok(()))?;
        Ok(lock)
    }
}
