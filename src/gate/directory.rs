// SPDX-License-Identifier: GPL-2.0

//! What the directories of a task ask, and the links in them.

use super::{
    AtomicGate,
    Gate, //
};
use crate::rust_bindings::{
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
    }, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

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

/// Callers with `PTRACE_MODE_READ` at the moment; others get `EACCES` (`proc_fdinfo_permission()`).
pub(crate) enum ReadNow {}

impl Gate for ReadNow {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        if mutant!("fdinfo: asks nothing", task.ptrace_may_access(Ptrace::Read)) {
            Ok(())
        } else {
            Err(EACCES)
        }
    }
}

impl AtomicGate for ReadNow {}
