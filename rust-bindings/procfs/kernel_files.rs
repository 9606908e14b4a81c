// SPDX-License-Identifier: GPL-2.0

//! The kernel's own operations for entries whose work is done elsewhere: `smaps` and its like,
//! `net/`.
//!
//! They work on inodes of this module because those embed `struct proc_inode` and their superblocks
//! own a `struct proc_fs_info`; what they read of an inode is its pid.

use crate::rust_bindings::{
    raw,
    tasks::pid::Pid,
    vfs::{
        file::FileOps,
        inode_ops::InodeOps,
        seq::SeqFile, //
    }, //
};
use kernel::{
    error::to_result,
    pid_namespace::PidNamespace,
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

/// `smaps`.
#[cfg(CONFIG_PROC_PAGE_MONITOR)]
pub(crate) fn smaps() -> &'static FileOps {
    kernel_table!(raw::proc_pid_smaps_operations as FileOps)
}

/// `smaps_rollup`.
#[cfg(CONFIG_PROC_PAGE_MONITOR)]
pub(crate) fn smaps_rollup() -> &'static FileOps {
    kernel_table!(raw::proc_pid_smaps_rollup_operations as FileOps)
}

/// `pagemap`.
#[cfg(CONFIG_PROC_PAGE_MONITOR)]
pub(crate) fn pagemap() -> &'static FileOps {
    kernel_table!(raw::proc_pagemap_operations as FileOps)
}

/// `clear_refs`.
#[cfg(CONFIG_PROC_PAGE_MONITOR)]
pub(crate) fn clear_refs() -> &'static FileOps {
    kernel_table!(raw::proc_clear_refs_operations as FileOps)
}

/// `numa_maps`.
#[cfg(CONFIG_NUMA)]
pub(crate) fn numa_maps() -> &'static FileOps {
    kernel_table!(raw::proc_pid_numa_maps_operations as FileOps)
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

/// An entry of a task that a function of a subsystem writes into a seq_file.
pub(crate) trait Formatter: 'static {
    /// Writes what the subsystem has to say of `task`, whose struct pid is `pid`, for a reader in
    /// an instance of `ns`.
    ///
    /// # Errors
    ///
    /// Those of the function.
    fn show(seq: &SeqFile, ns: &PidNamespace, pid: &Pid, task: &Task) -> Result;
}

/// Makes types of such functions.
macro_rules! formatter {
    ($($(#[$meta:meta])* $name:ident = $function:path;)*) => {$(
        $(#[$meta])*
        pub(crate) enum $name {}

        $(#[$meta])*
        impl Formatter for $name {
            fn show(seq: &SeqFile, ns: &PidNamespace, pid: &Pid, task: &Task) -> Result {
                let (seq, ns, pid, task) = (seq.as_ptr(), ns.as_ptr(), pid.as_ptr(), task.as_ptr());
                // SAFETY: All are valid for this call, and `seq` is that of a file on a superblock
                // of this module.
                to_result(unsafe { $function(seq, ns, pid, task) })
            }
        }
    )*};
}

formatter! {
    /// The control groups of a task, as the reader's cgroup namespace names them.
    #[cfg(CONFIG_CGROUPS)]
    Cgroup = raw::proc_cgroup_show;
    /// The cpuset of a task, as the reader's cgroup namespace names it.
    #[cfg(CONFIG_PROC_PID_CPUSET)]
    Cpuset = raw::proc_cpuset_show;
    /// The resource control groups of a task.
    #[cfg(CONFIG_PROC_CPU_RESCTRL)]
    CpuResctrlGroups = raw::proc_resctrl_show;
    /// What the architecture has to say of a task.
    #[cfg(CONFIG_PROC_PID_ARCH_STATUS)]
    ArchStatus = raw::proc_pid_arch_status;
    /// The system calls that a task's filters always allow. It asks by itself whether the opener is
    /// privileged (`CAP_SYS_ADMIN` in the initial user namespace).
    #[cfg(CONFIG_SECCOMP_CACHE_DEBUG)]
    SeccompCache = raw::proc_pid_seccomp_cache;
}
