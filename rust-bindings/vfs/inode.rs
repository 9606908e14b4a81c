// SPDX-License-Identifier: GPL-2.0

//! Inodes in use. Locks: none are taken.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use crate::rust_bindings::{
    credentials::cred::{
        Kgid,
        Kuid, //
    },
    raw,
    vfs::super_block::SuperBlock, //
};
use kernel::{
    prelude::*,
    types::Opaque, //
};

/// An inode on a superblock of this module.
///
/// # Invariants
///
/// Embedded in a `struct proc_inode` whose fields are initialised (`inode_cache.rs` makes every inode of our superblocks).
#[repr(transparent)]
pub(crate) struct Inode(Opaque<raw::inode>);

impl Inode {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::inode {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid inode on a superblock of this module for the lifetime `'a`.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::inode) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// The inode number. Never changes.
    pub(crate) fn ino(&self) -> u64 {
        // SAFETY: The inode is valid; the field is set before the inode is of use to anyone, and never again.
        unsafe { (*self.as_ptr()).i_ino }
    }

    /// The mode, type included.
    pub(crate) fn mode(&self) -> u16 {
        // SAFETY: The inode is valid; the field is one word that updates replace whole.
        unsafe { (&raw const (*self.as_ptr()).i_mode).read_volatile() }
    }

    /// The superblock that the inode is on.
    pub(crate) fn super_block(&self) -> &SuperBlock {
        // SAFETY: An inode of ours is on a superblock of ours, which outlives it.
        unsafe { SuperBlock::from_raw((*self.as_ptr()).i_sb) }
    }

    /// Sets owner and group, as revalidation does: without a lock, each field in one store.
    pub(crate) fn set_owner(&self, (uid, gid): (Kuid, Kgid)) {
        // SAFETY: The inode is valid; procfs updates the fields in the same way.
        unsafe {
            (&raw mut (*self.as_ptr()).i_uid.val).write_volatile(uid.0.val);
            (&raw mut (*self.as_ptr()).i_gid.val).write_volatile(gid.0.val);
        }
    }

    /// Sets the permissions, as revalidation does: without a lock, in one store. The type stays, whatever `permissions` says.
    pub(crate) fn set_permissions(&self, permissions: u16) {
        let file_type = self.mode() & raw::S_IFMT as u16;
        let mode = file_type | permissions & !(raw::S_IFMT as u16);
        // SAFETY: The inode is valid; procfs updates the field in the same way.
        unsafe { (&raw mut (*self.as_ptr()).i_mode).write_volatile(mode) };
    }

    /// The permission check that modes and capabilities decide. May be called in RCU walk.
    ///
    /// # Errors
    ///
    /// `EACCES`, or `ECHILD` to leave RCU walk.
    pub(crate) fn generic_permission(&self, mask: i32) -> Result {
        // SAFETY: The inode is valid; superblocks of this module have no id mapping of their own.
        kernel::error::to_result(unsafe {
            raw::generic_permission(&raw mut raw::nop_mnt_idmap, self.as_ptr(), mask)
        })
    }
}
