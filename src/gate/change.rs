// SPDX-License-Identifier: GPL-2.0

//! The gates of what changes a task, and of what only callers see that may change it.
//!
//! Locks: none are held.

use super::{
    AtomicGate,
    Gate,
    Permitted,
    WriteGate, //
};
#[cfg(CONFIG_SECURITY)]
use crate::rust_bindings::{
    credentials::lsm::current_creds_are_real,
    memory::mm, //
};
use crate::rust_bindings::{
    credentials::{
        cred::{
            capable,
            has_capability_noaudit,
            Capability,
            UserNamespace, //
        },
        opener::Opener, //
    },
    tasks::task::{
        with_current,
        TaskExt, //
    }, //
};
#[cfg(CONFIG_SECURITY)]
use kernel::mm::Mm;
use kernel::{
    prelude::*,
    task::Task, //
};

fn is_current(task: &Task) -> bool {
    with_current(|current| core::ptr::eq(current, task))
}

/// Threads of the task's own process; others get `EINVAL` (`comm_write()`).
pub(crate) enum SameProcess {}

impl Gate for SameProcess {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let same = with_current(|current| current.same_thread_group(task));
        if mutant!("SameProcess: asks nothing", same) {
            Ok(())
        } else {
            Err(EINVAL)
        }
    }
}

impl AtomicGate for SameProcess {}
impl WriteGate for SameProcess {}

/// Everyone, but less than the process was allowed takes `CAP_SYS_RESOURCE` in the initial user
/// namespace (`__set_oom_adj()`).
pub(crate) enum OomScore {}

impl Gate for OomScore {
    type Held<'a> = ();

    fn ask<'a>(_task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        Ok(())
    }
}

impl WriteGate for OomScore {}

impl Permitted<'_, OomScore> {
    /// Requires `CAP_SYS_RESOURCE` to go below `oom_score_adj_min`.
    ///
    /// # Errors
    ///
    /// `EACCES`.
    pub(crate) fn may_lower_oom_score_adj(&self) -> Result {
        if mutant!(
            "OomScore: CAP_SYS_RESOURCE to go lower",
            capable(Capability::Resource)
        ) {
            Ok(())
        } else {
            Err(EACCES)
        }
    }

    /// Whether the caller has `CAP_SYS_RESOURCE` in the initial user namespace, asked without an
    /// audit record.
    pub(crate) fn may_set_minimum_quietly(&self) -> bool {
        mutant!(
            "OomScore: CAP_SYS_RESOURCE to set the minimum",
            with_current(|current| has_capability_noaudit(current, Capability::Resource))
        )
    }
}

/// The task itself, if it is no kernel thread; others get `EPERM` (`proc_loginuid_write()`).
#[cfg(CONFIG_AUDIT)]
pub(crate) enum Current {}

#[cfg(CONFIG_AUDIT)]
impl Gate for Current {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        if mutant!(
            "Current: asks nothing",
            is_current(task) && !task.is_kthread()
        ) {
            Ok(())
        } else {
            Err(EPERM)
        }
    }
}

#[cfg(CONFIG_AUDIT)]
impl WriteGate for Current {
    const BEFORE_PARSING: bool = true;
    const GONE: Error = EPERM;
}

/// Callers with `CAP_SYS_RESOURCE` in the initial user namespace; others get `EPERM`
/// (`proc_fault_inject_write()`).
#[cfg(CONFIG_FAULT_INJECTION)]
pub(crate) enum InjectFaults {}

#[cfg(CONFIG_FAULT_INJECTION)]
impl Gate for InjectFaults {
    type Held<'a> = ();

    fn ask<'a>(_task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        Ok(())
    }
}

#[cfg(CONFIG_FAULT_INJECTION)]
impl WriteGate for InjectFaults {
    fn before_all(_opener: Opener<'_>) -> Result {
        if mutant!("InjectFaults: asks nothing", capable(Capability::Resource)) {
            Ok(())
        } else {
            Err(EPERM)
        }
    }
}

/// `CAP_SYS_NICE` over another task, or `EPERM`, and then what the security modules say.
fn timer_slack(task: &Task, security: impl FnOnce(&Task) -> Result) -> Result {
    if is_current(task) {
        return Ok(());
    }
    if !UserNamespace::of_task(task).capable(Capability::Nice) {
        return Err(EPERM);
    }
    security(task)
}

/// The task itself, and callers with `CAP_SYS_NICE` in its user namespace whom the security modules
/// let see how it is scheduled; others get `EPERM` or what the modules say
/// (`timerslack_ns_show()`).
pub(crate) enum SeeSlack {}

impl Gate for SeeSlack {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let security = |task: &Task| -> Result {
            mutant!("SeeSlack: the modules", task.security_getscheduler() => Ok(()))
        };
        mutant!("SeeSlack: asks nothing", timer_slack(task, security) => Ok(()))
    }
}

/// As `SeeSlack`, where the modules let the caller change how it is scheduled
/// (`timerslack_ns_write()`).
pub(crate) enum SetSlack {}

impl Gate for SetSlack {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        let security = |task: &Task| -> Result {
            mutant!("SetSlack: the modules", task.security_setscheduler() => Ok(()))
        };
        mutant!("SetSlack: asks nothing", timer_slack(task, security) => Ok(()))
    }
}

impl WriteGate for SetSlack {}

/// A gate in front of changes of a user namespace, asked when a file is opened for them.
#[cfg(CONFIG_USER_NS)]
pub(crate) trait NamespaceGate: 'static {
    /// Asks.
    ///
    /// # Errors
    ///
    /// Those of the check.
    fn ask(ns: &UserNamespace) -> Result;
}

/// Openers with `CAP_SYS_ADMIN` in the user namespace; others get `EACCES`
/// (`proc_setgroups_open()`).
#[cfg(CONFIG_USER_NS)]
pub(crate) enum Administer {}

#[cfg(CONFIG_USER_NS)]
impl NamespaceGate for Administer {
    fn ask(ns: &UserNamespace) -> Result {
        if mutant!("Administer: asks nothing", ns.capable(Capability::Admin)) {
            Ok(())
        } else {
            Err(EACCES)
        }
    }
}

#[cfg(CONFIG_USER_NS)]
impl NamespaceGate for super::Kernel {
    fn ask(_ns: &UserNamespace) -> Result {
        Ok(())
    }
}

/// The task itself, with the address space that it opened the file with; others get `EPERM` if the
/// latter does not hold, `EACCES`, and `EBUSY` while they have taken on other credentials
/// (`proc_pid_attr_write()`).
#[cfg(CONFIG_SECURITY)]
pub(crate) enum OwnAttributes {}

#[cfg(CONFIG_SECURITY)]
impl OwnAttributes {
    /// What is asked first of all: whether `opened_with` is the caller's address space.
    ///
    /// # Errors
    ///
    /// `EPERM`.
    pub(crate) fn before_all(opened_with: Option<&Mm>) -> Result {
        if mutant!(
            "attr: the address space of the opener",
            mm::is_current(opened_with)
        ) {
            Ok(())
        } else {
            Err(EPERM)
        }
    }
}

#[cfg(CONFIG_SECURITY)]
impl Gate for OwnAttributes {
    type Held<'a> = ();

    fn ask<'a>(task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        if !mutant!("attr: the caller's own", is_current(task)) {
            return Err(EACCES);
        }
        if !mutant!("attr: no borrowed credentials", current_creds_are_real()) {
            return Err(EBUSY);
        }
        Ok(())
    }
}
