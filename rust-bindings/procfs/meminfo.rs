// SPDX-License-Identifier: GPL-2.0

//! The kernel's own `meminfo`.
//!
//! C source: [`fs/proc/meminfo.c`](srctree/fs/proc/meminfo.c)

use crate::rust_bindings::{
    procfs::registry,
    vfs::{
        inode::Inode,
        seq::SeqFile, //
    }, //
};
use core::ptr;
use kernel::{
    error::to_result,
    prelude::*, //
};

/// Writes what the kernel's own file has, of which `inode` must be one.
///
/// # Errors
///
/// `EINVAL` if it is not.
pub(crate) fn show(seq: &SeqFile, inode: &Inode) -> Result {
    if registry::root_name(inode) != Some(b"meminfo") {
        return Err(EINVAL);
    }
    // SAFETY: The inode keeps its entry, which fs/proc/meminfo.c has made by
    // `proc_create_single()`: nobody else can register the name, and it never goes.
    let show = unsafe { (*(*inode.proc_inode()).pde).__bindgen_anon_2.single_show };
    let show = show.ok_or(EINVAL)?;
    // SAFETY: The seq_file is ours for the time of the record; the function looks at nothing else.
    to_result(unsafe { show(seq.as_ptr(), ptr::null_mut::<kernel::ffi::c_void>()) })
}
