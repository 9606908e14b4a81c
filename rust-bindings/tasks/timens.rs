// SPDX-License-Identifier: GPL-2.0

//! The offsets of time namespaces.
//!
//! Locks: [`shifts`] takes `task_lock()`, and in it none.
//!
//! C header: [`include/linux/time_namespace.h`](srctree/include/linux/time_namespace.h)

use crate::rust_bindings::{
    credentials::opener::Opener,
    raw,
    tasks::files::TaskLock, //
};
use kernel::{
    error::to_result,
    prelude::*,
    task::Task, //
};

/// How far a clock is shifted: seconds, and nanoseconds more.
pub(crate) type Shift = (i64, i64);

/// How far the monotonic clock and that of the time since boot are shifted in the time namespace
/// that `task`'s children will be in; `None` for a task that has given its namespaces up. Takes
/// `task_lock()`.
pub(crate) fn shifts(task: &Task) -> Option<(Shift, Shift)> {
    let _lock = TaskLock::lock(task);
    // SAFETY: The task is valid; the lock keeps its namespaces. The offsets are words that may be
    // set until somebody enters the namespace, without a lock that procfs would take.
    let offsets = unsafe {
        let proxy = (*task.as_ptr()).nsproxy;
        if proxy.is_null() {
            return None;
        }
        raw::proc2_timens_offsets((*proxy).time_ns_for_children.cast()).read_volatile()
    };
    let shift = |time: raw::timespec64| (time.tv_sec, time.tv_nsec as i64);
    Some((shift(offsets.monotonic), shift(offsets.boottime)))
}

/// An offset for [`set`].
#[repr(transparent)]
pub(crate) struct Offset(raw::proc_timens_offset);

impl Offset {
    /// For `CLOCK_MONOTONIC`.
    pub(crate) fn monotonic(seconds: i64, nanoseconds: i64) -> Self {
        Self::new(raw::CLOCK_MONOTONIC, seconds, nanoseconds)
    }

    /// For `CLOCK_BOOTTIME`.
    pub(crate) fn boottime(seconds: i64, nanoseconds: i64) -> Self {
        Self::new(raw::CLOCK_BOOTTIME, seconds, nanoseconds)
    }

    fn new(clock: u32, seconds: i64, nanoseconds: i64) -> Self {
        let mut offset = pin_init::zeroed::<raw::proc_timens_offset>();
        offset.clockid = clock as i32;
        offset.val.tv_sec = seconds;
        offset.val.tv_nsec = nanoseconds as isize;
        Self(offset)
    }
}

/// Sets offsets of the time namespace that `task`'s children will be in, if the kernel finds that
/// `opener` may.
///
/// # Errors
///
/// `EPERM`, `EACCES` once a task is in the namespace, `ERANGE`.
pub(crate) fn set(opener: Opener<'_>, task: &Task, offsets: &mut [Offset]) -> Result {
    // SAFETY: All are valid for this call; `Offset` is transparent.
    to_result(unsafe {
        raw::proc_timens_set_offset(
            opener.file().as_ptr(),
            task.as_ptr(),
            offsets.as_mut_ptr().cast(),
            offsets.len() as i32,
        )
    })
}
