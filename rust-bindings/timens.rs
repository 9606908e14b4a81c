// SPDX-License-Identifier: GPL-2.0

//! The offsets of time namespaces.
//!
//! C header: [`include/linux/time_namespace.h`](srctree/include/linux/time_namespace.h)

use super::{
    file::File,
    raw,
    seq::SeqFile, //
};
use kernel::{
    error::to_result,
    prelude::*,
    task::Task, //
};

/// Lets the kernel write the offsets of the time namespace that `task`'s children will be in.
pub(crate) fn show(task: &Task, seq: &SeqFile) {
    // SAFETY: All are valid for this call.
    unsafe { raw::proc_timens_show_offsets(task.as_ptr(), seq.as_ptr()) };
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

/// Sets offsets of the time namespace that `task`'s children will be in, if the kernel finds that who opened `file` may.
///
/// # Errors
///
/// `EPERM`, `EACCES` once a task is in the namespace, `ERANGE`.
pub(crate) fn set(file: &File, task: &Task, offsets: &mut [Offset]) -> Result {
    // SAFETY: All are valid for this call; `Offset` is transparent.
    to_result(unsafe {
        raw::proc_timens_set_offset(
            file.as_ptr(),
            task.as_ptr(),
            offsets.as_mut_ptr().cast(),
            offsets.len() as i32,
        )
    })
}
