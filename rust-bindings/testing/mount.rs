// SPDX-License-Identifier: GPL-2.0

//! File systems mounted for a test.
//!
//! C headers: [`include/linux/mount.h`](srctree/include/linux/mount.h),
//! [`include/linux/dcache.h`](srctree/include/linux/dcache.h)

use super::open::{
    open_at,
    OpenFile, //
};
use core::ptr::NonNull;
use kernel::{
    bindings,
    error::from_err_ptr,
    fmt,
    prelude::*,
    str::CString, //
};

/// A mount of the kernel's own, gone at once when it is put (a macro that bindgen can't evaluate).
const SB_KERNMOUNT: c_int = 1 << 22;

/// A mount that stands nowhere: no path leads to it, and it goes when it is dropped.
///
/// # Invariants
///
/// The pointer owns one count of a live mount.
pub(crate) struct Mount(NonNull<bindings::vfsmount>);

impl Mount {
    /// Mounts the file system called `name` with `options`, as mount(2) takes them.
    pub(crate) fn new(name: &CStr, options: &CStr) -> Result<Self> {
        // SAFETY: The name is a C string.
        let kind = unsafe { bindings::get_fs_type(name.as_char_ptr()) };
        let kind = NonNull::new(kind).ok_or(ENODEV)?.as_ptr();
        // A copy, because the options are cut up while they are read.
        let options = CString::try_from(options)?;
        let data = options.as_char_ptr().cast_mut().cast();
        // SAFETY: `kind` has been found just now and is still ours. The options are in memory that
        // nothing else looks at, and end with a 0.
        let mount =
            unsafe { bindings::vfs_kern_mount(kind, SB_KERNMOUNT, name.as_char_ptr(), data) };
        // SAFETY: This is what put_filesystem() does, which is not exported: get_fs_type() took a
        // count of the module, and a mount has one of its own.
        unsafe { bindings::module_put((*kind).owner) };
        // INVARIANT: The mount has just been made for us.
        Ok(Self(NonNull::new(from_err_ptr(mount)?).ok_or(EINVAL)?))
    }

    /// Opens what stands at `path`, seen from the root of the mount, with these flags of open(2).
    pub(crate) fn open(&self, path: fmt::Arguments<'_>, flags: u32) -> Result<OpenFile> {
        let root = bindings::path {
            mnt: self.0.as_ptr(),
            dentry: self.root(),
        };
        // SAFETY: Mount and root are live as long as `self`.
        unsafe { open_at(&root, path, flags) }
    }

    /// The device number, which tells super blocks apart.
    pub(crate) fn device(&self) -> u32 {
        // SAFETY: A live mount has a live super block.
        unsafe { (*self.super_block()).s_dev }
    }

    /// How many inodes the super block has.
    pub(crate) fn inodes(&self) -> usize {
        let sb = self.super_block();
        let mut count = 0;
        // SAFETY: The super block is live, and its lock keeps the list as it is.
        unsafe {
            bindings::spin_lock(&raw mut (*sb).s_inode_list_lock);
            let head = &raw mut (*sb).s_inodes;
            let mut at = (*head).next;
            while at != head {
                count += 1;
                at = (*at).next;
            }
            bindings::spin_unlock(&raw mut (*sb).s_inode_list_lock);
        }
        count
    }

    /// Whether the root directory holds a cached entry of this name. Asks nobody and changes
    /// nothing, unlike a lookup.
    pub(crate) fn has_cached(&self, name: fmt::Arguments<'_>) -> Result<bool> {
        let root = self.root();
        let name = CString::try_from_fmt(name)?;
        let name = name.to_bytes();
        let (start, len) = (name.as_ptr(), name.len() as u32);
        // SAFETY: The name is `len` bytes long, and the root is live as long as `self`.
        let hash = unsafe { bindings::full_name_hash(root.cast(), start.cast(), len) };
        let mut name = bindings::qstr {
            name: start,
            ..Default::default()
        };
        name.__bindgen_anon_1.__bindgen_anon_1 =
            bindings::qstr__bindgen_ty_1__bindgen_ty_1 { hash, len };
        // SAFETY: As above.
        let dentry = unsafe { bindings::d_lookup(root, &name) };
        // SAFETY: d_lookup() returned a count with it; NULL is taken for nothing.
        unsafe { bindings::dput(dentry) };
        Ok(!dentry.is_null())
    }

    fn root(&self) -> *mut bindings::dentry {
        // SAFETY: By the type invariant; a mount's root does not change.
        unsafe { (*self.0.as_ptr()).mnt_root }
    }

    fn super_block(&self) -> *mut bindings::super_block {
        // SAFETY: By the type invariant; a mount's super block does not change.
        unsafe { (*self.0.as_ptr()).mnt_sb }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, the count is ours to give back.
        unsafe { bindings::mntput(self.0.as_ptr()) };
    }
}
