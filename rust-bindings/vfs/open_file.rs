// SPDX-License-Identifier: GPL-2.0

//! An open file.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct file`

use crate::rust_bindings::{
    credentials::cred::{
        Capability,
        UserNamespace, //
    },
    raw,
    vfs::{
        dentry::Dentry,
        inode::Inode, //
    }, //
};
use kernel::types::Opaque;

/// An open file on a superblock of this module.
#[repr(transparent)]
pub(crate) struct File(Opaque<raw::file>);

impl File {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::file {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid open file on a superblock of this module for the lifetime `'a`.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::file) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// The inode that was opened.
    pub(crate) fn inode(&self) -> &Inode {
        // SAFETY: An open file pins its inode, which is on a superblock of ours.
        unsafe { Inode::from_raw((*self.as_ptr()).f_inode) }
    }

    /// The last component of the path that it was opened by, if it is no directory.
    pub(crate) fn name(&self) -> &[u8] {
        // SAFETY: An open file pins its dentry, which is on a superblock of this module and no
        // directory: there nothing is renamed, and each inode has one dentry, so that it is never
        // moved either.
        unsafe { Dentry::name((*self.as_ptr()).__bindgen_anon_1.f_path.dentry) }
    }

    /// Whether whoever opened the file had `capability` in the initial user namespace.
    pub(crate) fn opener_capable(&self, capability: Capability) -> bool {
        // SAFETY: The file is valid, and `init_user_ns` is a static of the kernel.
        unsafe {
            raw::file_ns_capable(
                self.as_ptr(),
                &raw mut raw::init_user_ns,
                capability.as_raw(),
            )
        }
    }

    /// Whether the file is open for writing.
    pub(crate) fn is_writable(&self) -> bool {
        // SAFETY: The file is valid; the mode does not change in this bit.
        unsafe { (*self.as_ptr()).f_mode & raw::proc2_FMODE_WRITE != 0 }
    }

    /// The user namespace of the credentials that opened the file.
    pub(crate) fn opener_user_ns(&self) -> &UserNamespace {
        // SAFETY: An open file pins its credentials, and those their user namespace; neither
        // changes.
        unsafe { UserNamespace::from_raw((*(*self.as_ptr()).f_cred).user_ns) }
    }
}
