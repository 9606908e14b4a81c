// SPDX-License-Identifier: GPL-2.0

//! What the scheduler itself shows and sets of a task.
//!
//! C headers: [`include/linux/sched/debug.h`](srctree/include/linux/sched/debug.h),
//! [`include/linux/sched/autogroup.h`](srctree/include/linux/sched/autogroup.h)

use crate::rust_bindings::{
    raw,
    vfs::seq::SeqFile, //
};
use kernel::{
    error::to_result,
    pid_namespace::PidNamespace,
    prelude::*,
    task::Task, //
};

/// Lets the scheduler write its figures of `task`, with pids of `ns`.
pub(crate) fn show(task: &Task, ns: &PidNamespace, seq: &SeqFile) {
    // SAFETY: All are valid for this call.
    unsafe { raw::proc_sched_show_task(task.as_ptr(), ns.as_ptr(), seq.as_ptr()) };
}

/// Sets the figures of `task` that can be back to zero.
pub(crate) fn reset(task: &Task) {
    // SAFETY: The task is valid.
    unsafe { raw::proc_sched_set_task(task.as_ptr()) };
}

/// Lets the scheduler write the autogroup of `task`.
#[cfg(CONFIG_SCHED_AUTOGROUP)]
pub(crate) fn show_autogroup(task: &Task, seq: &SeqFile) {
    // SAFETY: All are valid for this call.
    unsafe { raw::proc_sched_autogroup_show_task(task.as_ptr(), seq.as_ptr()) };
}

/// Sets the nice value of `task`'s autogroup, if the scheduler finds that the caller may.
///
/// # Errors
///
/// `EINVAL`, `EPERM`, `EAGAIN` for an unprivileged caller that asks too often.
#[cfg(CONFIG_SCHED_AUTOGROUP)]
pub(crate) fn set_autogroup_nice(task: &Task, nice: i32) -> Result {
    // SAFETY: The task is valid.
    to_result(unsafe { raw::proc_sched_autogroup_set_nice(task.as_ptr(), nice) })
}
