// SPDX-License-Identifier: GPL-2.0

//! What the kernel's own `struct proc_inode` around an inode remembers: the task, and which of its
//! entries this is.
//!
//! That the layout is procfs's lets the kernel's `proc_flush_pid()` find base directories on
//! `pid->inodes`, and lets procfs's file operations and its registry of global entries work on our
//! inodes.
//!
//! C header: [`fs/proc/internal.h`](srctree/fs/proc/internal.h)

use crate::rust_bindings::{
    raw,
    tasks::{
        ns::NsKind,
        pid::{
            FindTask,
            Pid, //
        }, //
    },
    vfs::inode::Inode, //
};
use core::mem::{
    offset_of,
    size_of,
    MaybeUninit, //
};
use kernel::task::Task;

// The word below has to fit where the kernel keeps what it does for the inode of a task's entry.
const _: () = assert!(size_of::<raw::proc_op>() == size_of::<u64>());

impl Inode {
    pub(in crate::rust_bindings) fn proc_inode(&self) -> *mut raw::proc_inode {
        // SAFETY: By the type invariant the inode is embedded in a `proc_inode`.
        unsafe {
            self.as_ptr()
                .byte_sub(offset_of!(raw::proc_inode, vfs_inode))
                .cast()
        }
    }

    /// The identity that the entry belongs to; `None` for the root and for registry entries.
    pub(crate) fn pid(&self) -> Option<&Pid> {
        // SAFETY: The field is set before the inode is of use to anyone and holds a count until the
        // inode is freed.
        unsafe { (*self.proc_inode()).pid.cast::<Pid>().as_ref() }
    }

    /// The number of the file descriptor that the entry stands for.
    pub(crate) fn fd(&self) -> u32 {
        // SAFETY: The field is set before the inode is of use to anyone, and never again.
        unsafe { (*self.proc_inode()).fd }
    }

    /// The number that the entry's inode was made with; what it means is for the operations of the
    /// inode to say. 0 unless it was set.
    pub(crate) fn word(&self) -> u64 {
        // `op` is the entry's own word in `struct proc_inode`; nothing but the entry's operations
        // reads it.
        // SAFETY: The field is set before the inode is of use to anyone, and never again.
        unsafe { (&raw const (*self.proc_inode()).op).cast::<u64>().read() }
    }

    /// The range of addresses that the entry stands for.
    pub(crate) fn range(&self) -> (u64, u64) {
        // SAFETY: The field is set before the inode is of use to anyone, and never again.
        let start = unsafe { (*self.as_ptr()).i_private.addr() };
        (start as u64, self.word())
    }

    /// The kind of namespace that a link of `ns/` stands for.
    pub(crate) fn ns_kind(&self) -> Option<NsKind> {
        // SAFETY: The field is set before the inode is of use to anyone, and points to a constant
        // of the kernel.
        unsafe { NsKind::from_raw((*self.proc_inode()).ns_ops) }
    }

    /// Sets the owner and group that an entry with its mode has for `task` now
    /// (`task_dump_owner()`), as revalidation does: without a lock, each field in one store. One
    /// that stays is not written: whoever walks through the inode reads that cache line. Does not
    /// sleep.
    #[inline]
    pub(crate) fn update_owner_by(&self, task: &Task) {
        let inode = self.as_ptr();
        // Numbers, as the kernel's types for them are structures, which are moved through memory.
        let (mut uid, mut gid) = (MaybeUninit::<u32>::uninit(), MaybeUninit::<u32>::uninit());
        // SAFETY: The task is valid, and both are ours and of the size of the kernel's types.
        let (uid, gid) = unsafe {
            let (uid_ptr, gid_ptr) = (uid.as_mut_ptr().cast(), gid.as_mut_ptr().cast());
            raw::task_dump_owner(task.as_ptr(), self.mode(), uid_ptr, gid_ptr);
            // It has set both.
            (uid.assume_init(), gid.assume_init())
        };
        // SAFETY: The inode is valid; procfs updates the fields in the same way, and so they are
        // only read and written whole, by volatile accesses.
        unsafe {
            let (own_uid, own_gid) = ((&raw mut (*inode).i_uid.val), (&raw mut (*inode).i_gid.val));
            if own_uid.read_volatile() != uid {
                own_uid.write_volatile(uid);
            }
            if own_gid.read_volatile() != gid {
                own_gid.write_volatile(gid);
            }
        }
    }

    /// Lets the security modules label the inode after `task`. Does not sleep.
    pub(crate) fn label_after(&self, task: &Task) {
        // SAFETY: Both are valid.
        unsafe { raw::security_task_to_inode(task.as_ptr(), self.as_ptr()) };
    }
}

/// The task that the entry belongs to.
impl FindTask for Inode {
    #[inline]
    fn struct_pid(&self) -> Option<&Pid> {
        self.pid()
    }
}
