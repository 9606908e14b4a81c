// SPDX-License-Identifier: GPL-2.0

//! Superblocks, and the `struct proc_fs_info` that each owns.
//!
//! `s_fs_info` points to the kernel's own struct because code outside procfs reads `proc_pid_ns(sb)` from whatever superblock a
//! file is on. Remount changes `hide_pid` and `pid_gid` in place, without a lock, as procfs does: each in one store, read in one
//! load.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use crate::rust_bindings::{
    credentials::cred::Kgid,
    raw, //
};
use kernel::{
    pid_namespace::PidNamespace,
    types::Opaque, //
};

/// A superblock of this module.
///
/// # Invariants
///
/// `s_fs_info` is a valid `struct proc_fs_info`.
#[repr(transparent)]
pub(crate) struct SuperBlock(Opaque<raw::super_block>);

impl SuperBlock {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::super_block {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid superblock of this module for the lifetime `'a`, with its `s_fs_info` set.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::super_block) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    fn info(&self) -> *mut raw::proc_fs_info {
        // SAFETY: By the type invariant.
        unsafe { (*self.as_ptr()).s_fs_info.cast() }
    }

    /// The pid namespace whose tasks the instance shows. Never changes.
    pub(crate) fn pid_ns(&self) -> &PidNamespace {
        // SAFETY: By the type invariant; the instance holds a count of its namespace until it is gone.
        unsafe { PidNamespace::from_ptr((*self.info()).pid_ns) }
    }

    /// The `hidepid` number.
    pub(crate) fn hide_pid(&self) -> u32 {
        // SAFETY: By the type invariant.
        unsafe { (&raw const (*self.info()).hide_pid).read_volatile() }
    }

    /// Sets the `hidepid` number, one of `enum proc_hidepid`'s.
    pub(crate) fn set_hide_pid(&self, hide_pid: u32) {
        // SAFETY: By the type invariant.
        unsafe { (&raw mut (*self.info()).hide_pid).write_volatile(hide_pid) };
    }

    /// The group that is exempt from hiding.
    pub(crate) fn gid(&self) -> Kgid {
        // SAFETY: By the type invariant.
        unsafe { Kgid((&raw const (*self.info()).pid_gid).read_volatile()) }
    }

    /// Sets the group that is exempt from hiding.
    pub(crate) fn set_gid(&self, gid: Kgid) {
        // SAFETY: By the type invariant.
        unsafe { (&raw mut (*self.info()).pid_gid).write_volatile(gid.0) };
    }

    /// Whether only tasks are shown. Never changes.
    pub(crate) fn pid_only(&self) -> bool {
        // SAFETY: By the type invariant.
        unsafe { (*self.info()).pidonly == raw::proc_pidonly_PROC_PIDONLY_ON }
    }
}
