// SPDX-License-Identifier: GPL-2.0

//! What the directories of a task ask, and the links in them.

use crate::rust_bindings::{
    credentials::cred::{
        Capability,
        UserNamespace, //
    },
    tasks::{
        pid::FindTask,
        task::{
            Ptrace,
            TaskExt, //
        }, //
    },
    vfs::inode::Inode, //
};
use kernel::{
    prelude::*,
    sync::rcu, //
};

/// Lets callers that may checkpoint and restore processes follow the links of `map_files`, which lead past directories that the
/// caller may be shut out of (`proc_map_files_get_link()`).
///
/// # Errors
///
/// `EPERM`.
pub(crate) fn follow_mapped_file() -> Result {
    let ns = UserNamespace::initial();
    if ns.capable(Capability::CheckpointRestore) || ns.capable(Capability::Admin) {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// Whether the caller may look at the task's descriptors through `fdinfo` (`proc_fdinfo_permission()`).
///
/// Does not sleep: called in RCU walk too.
///
/// # Errors
///
/// `EACCES`; `ESRCH` once the task is reaped.
pub(crate) fn fdinfo(inode: &Inode) -> Result {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(ESRCH)?;
    if task.ptrace_may_access(Ptrace::Read) {
        Ok(())
    } else {
        Err(EACCES)
    }
}
