// SPDX-License-Identifier: GPL-2.0

//! What the directories of a task ask of whoever enters them, and the links in them.
//!
//! Mirrors the `->permission()` functions of [`fs/proc/base.c`](srctree/fs/proc/base.c) and
//! [`fs/proc/fd.c`](srctree/fs/proc/fd.c).
//!
//! Locks: RCU; nothing sleeps, for directories are asked in RCU walk too.

use super::{
    change::SameProcess,
    hidepid::{
        visible_at,
        MayEnter, //
    },
    pass_under_rcu,
    Anyone,
    AtomicGate,
    Gate, //
};
use crate::{
    pure::access::Place,
    rust_bindings::{
        credentials::{
            cred::{
                Capability,
                UserNamespace, //
            },
            opener::Opener, //
        },
        tasks::task::{
            Ptrace,
            TaskExt, //
        },
        vfs::{
            inode::Inode,
            inode_ops::Mask, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

/// A gate in front of a directory.
pub(crate) trait DirectoryGate: 'static {
    /// Whether it asks more, or less, than mode and owner say.
    const ASKS: bool = true;

    /// Decides on an access.
    ///
    /// # Errors
    ///
    /// Those of the check; `ECHILD` to leave RCU walk.
    fn permission(inode: &Inode, mask: Mask) -> Result;
}

impl DirectoryGate for Anyone {
    const ASKS: bool = false;

    fn permission(inode: &Inode, mask: Mask) -> Result {
        inode.generic_permission(mask.bits())
    }
}

impl DirectoryGate for MayEnter {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        let verdict = visible_at(inode, Place::Permission);
        mutant!("hiding, differences: entering task/", verdict => Ok(()))?;
        mutant!("MayEnter: its mode", inode.generic_permission(mask.bits()) => Ok(()))
    }
}

/// What a gate says of the task that an inode belongs to, whatever the mode says.
///
/// # Errors
///
/// Those of the gate, `ESRCH` once the task is reaped.
pub(crate) fn ask<G: AtomicGate>(inode: &Inode) -> Result {
    pass_under_rcu::<G, _>(inode, None, ESRCH, |_| Ok(()))
}

/// Callers whom mode and owner let in, and threads of the task's own process, dumpable or not
/// (`proc_fd_permission()`).
pub(crate) enum OwnerOrSelf {}

impl DirectoryGate for OwnerOrSelf {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        let verdict = mutant!(
            "OwnerOrSelf: mode and owner",
            inode.generic_permission(mask.bits()) => Ok(())
        );
        if verdict.is_err() && ask::<SameProcess>(inode).is_ok() {
            return Ok(());
        }
        verdict
    }
}

/// Callers with `PTRACE_MODE_READ` at the moment, as far as mode and owner let them in; others get
/// `EACCES` (`proc_fdinfo_permission()`).
pub(crate) enum ReadNow {}

impl Gate for ReadNow {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        if mutant!(
            "ReadNow: asks nothing",
            task.ptrace_may_access(Ptrace::Read)
        ) {
            Ok(())
        } else {
            Err(EACCES)
        }
    }
}

impl AtomicGate for ReadNow {}

impl DirectoryGate for ReadNow {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        ask::<Self>(inode)?;
        mutant!("ReadNow: its mode", inode.generic_permission(mask.bits()) => Ok(()))
    }
}

/// Requires `CAP_CHECKPOINT_RESTORE` or `CAP_SYS_ADMIN` in the initial user namespace to follow a
/// link of `map_files`, which leads past directories that the caller may be shut out of
/// (`proc_map_files_get_link()`).
///
/// # Errors
///
/// `EPERM`.
pub(crate) fn may_follow_mapped_file() -> Result {
    let ns = UserNamespace::initial();
    let may = ns.capable(Capability::CheckpointRestore) || ns.capable(Capability::Admin);
    if mutant!("map_files: links may be followed", may) {
        Ok(())
    } else {
        Err(EPERM)
    }
}
