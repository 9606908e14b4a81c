// SPDX-License-Identifier: GPL-2.0

//! The gates of entries that show what a debugger may see.
//!
//! Locks: each token holds `exec_update_lock` of the task for reading, so that the task executes no
//! other program meanwhile.

use super::{
    Gate,
    Permitted, //
};
#[cfg(CONFIG_STACKTRACE)]
use crate::rust_bindings::credentials::cred::Capability;
use crate::rust_bindings::{
    credentials::opener::Opener,
    tasks::{
        signal::ExecUpdate,
        task::{
            Ptrace,
            TaskExt, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

fn ask(task: &Task, mode: Ptrace, refused: Error) -> Result<ExecUpdate<'_>> {
    let lock = ExecUpdate::lock(task)?;
    if task.ptrace_may_access(mode) {
        Ok(lock)
    } else {
        Err(refused)
    }
}

/// Callers with `PTRACE_MODE_READ`; others get `EACCES` (`do_io_accounting()`,
/// `call_proc_get_link()`).
pub(crate) enum Read {}

impl Gate for Read {
    type Held<'a> = ExecUpdate<'a>;

    #[inline]
    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        mutant!("Read: asks nothing", ask(task, Ptrace::Read, EACCES) => ExecUpdate::lock(task))
    }
}

/// Callers with `PTRACE_MODE_ATTACH`; others get `EPERM` (`lock_trace()`).
pub(crate) enum Attach {}

impl Gate for Attach {
    type Held<'a> = ExecUpdate<'a>;

    #[inline]
    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        mutant!("Attach: asks nothing", ask(task, Ptrace::Attach, EPERM) => ExecUpdate::lock(task))
    }
}

/// Callers with `PTRACE_MODE_ATTACH` where the opener has `CAP_SYS_ADMIN` in the initial user
/// namespace; others get `EACCES` without the latter, and then `EPERM` (`proc_pid_stack()`).
#[cfg(CONFIG_STACKTRACE)]
pub(crate) enum AdminAttach {}

#[cfg(CONFIG_STACKTRACE)]
impl Gate for AdminAttach {
    type Held<'a> = ExecUpdate<'a>;

    fn ask<'a>(task: &'a Task, opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let admin = opener.is_some_and(|opener| opener.capable(Capability::Admin));
        if !mutant!("AdminAttach: CAP_SYS_ADMIN of the opener", admin) {
            return Err(EACCES);
        }
        mutant!(
            "AdminAttach: PTRACE_MODE_ATTACH",
            Attach::ask(task, opener) => ExecUpdate::lock(task)
        )
    }
}

/// Whether more is shown than everyone may see, and the lock that keeps it so.
pub(crate) struct Checked<'a> {
    allowed: bool,
    _lock: ExecUpdate<'a>,
}

fn check(task: &Task, mode: Ptrace) -> Result<Checked<'_>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Checked {
        allowed: task.ptrace_may_access(mode),
        _lock,
    })
}

/// What mutants have instead of [`check`].
#[cfg(mutate)]
fn all(task: &Task) -> Result<Checked<'_>> {
    let _lock = ExecUpdate::lock(task)?;
    let allowed = true;
    Ok(Checked { allowed, _lock })
}

/// Everyone, but callers without `PTRACE_MODE_READ` see less (`proc_pid_wchan()`).
#[cfg(CONFIG_KALLSYMS)]
pub(crate) enum Filtered {}

#[cfg(CONFIG_KALLSYMS)]
impl Gate for Filtered {
    type Held<'a> = Checked<'a>;

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        mutant!("Filtered: shows all", check(task, Ptrace::Read) => all(task))
    }
}

/// As `Filtered`, asked without an audit record (`do_task_stat()`).
pub(crate) enum FilteredQuietly {}

impl Gate for FilteredQuietly {
    type Held<'a> = Checked<'a>;

    #[inline]
    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        mutant!("FilteredQuietly: shows all", check(task, Ptrace::ReadQuietly) => all(task))
    }
}

impl<'a, G: Gate<Held<'a> = Checked<'a>>> Permitted<'a, G> {
    /// Whether the caller has `PTRACE_MODE_READ`.
    pub(crate) fn may_read(&self) -> bool {
        self.held.allowed
    }
}
