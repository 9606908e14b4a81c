// SPDX-License-Identifier: GPL-2.0

//! Tasks: who they are, what they have open, how they are scheduled, and the namespaces that they
//! are in.

pub(crate) mod accounting;
#[cfg(CONFIG_PROC_CHILDREN)]
pub(crate) mod children;
pub(crate) mod files;
pub(crate) mod ns;
pub(crate) mod oom;
pub(crate) mod pid;
pub(crate) mod pid_walk;
#[cfg(CONFIG_CGROUPS)]
pub(crate) mod repeat;
pub(crate) mod sched;
pub(crate) mod signal;
#[cfg(any(CONFIG_STACKTRACE, CONFIG_LATENCYTOP))]
pub(crate) mod symbol;
pub(crate) mod task;
pub(crate) mod task_figures;
#[cfg(CONFIG_TIME_NS)]
pub(crate) mod timens;
#[cfg(all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS))]
pub(crate) mod timers;
