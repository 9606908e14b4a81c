// SPDX-License-Identifier: GPL-2.0

//! The kernel's own operations for entries whose work is done elsewhere: mount tables, `net/`.
//!
//! They work on inodes of this module because those embed `struct proc_inode` and their superblocks own a `struct proc_fs_info`;
//! what they read of an inode is its pid.

use super::{
    file::FileOps,
    inode::Inode,
    inode_ops::InodeOps,
    raw,
    seq::SeqFile, //
};
use kernel::{
    error::to_result,
    prelude::*,
    task::Task, //
};

/// Casts a constant table of the kernel.
///
/// `FileOps` and `InodeOps` are transparent over the kernel's tables.
macro_rules! kernel_table {
    ($table:path as $ty:ty) => {
        // SAFETY: The table is a constant of the kernel; `$ty` is transparent over its type.
        unsafe { &*(&raw const $table).cast::<$ty>() }
    };
}

/// `mounts`.
pub(crate) fn mounts() -> &'static FileOps {
    kernel_table!(raw::proc_mounts_operations as FileOps)
}

/// `mountinfo`.
pub(crate) fn mountinfo() -> &'static FileOps {
    kernel_table!(raw::proc_mountinfo_operations as FileOps)
}

/// `net`, read as a directory.
#[cfg(CONFIG_NET)]
pub(crate) fn net_dir() -> &'static FileOps {
    kernel_table!(raw::proc_net_operations as FileOps)
}

/// `net`, as an inode.
#[cfg(CONFIG_NET)]
pub(crate) fn net_inode() -> &'static InodeOps {
    kernel_table!(raw::proc_net_inode_operations as InodeOps)
}

/// Lets the kernel write the control groups of `task`, whose identity `inode` holds.
///
/// # Errors
///
/// Those of `proc_cgroup_show()`: `ENOMEM`, `ENAMETOOLONG`.
#[cfg(CONFIG_CGROUPS)]
pub(crate) fn show_cgroup(seq: &SeqFile, inode: &Inode, task: &Task) -> Result {
    let pid = inode.pid().ok_or(ESRCH)?;
    // SAFETY: All are valid for this call.
    to_result(unsafe {
        raw::proc_cgroup_show(
            seq.as_ptr(),
            inode.super_block().pid_ns().as_ptr(),
            pid.as_ptr(),
            task.as_ptr(),
        )
    })
}
