// SPDX-License-Identifier: GPL-2.0

//! Directory entries.
//!
//! C header: [`include/linux/dcache.h`](srctree/include/linux/dcache.h)

use crate::rust_bindings::{
    raw,
    vfs::{
        inode::Inode,
        under_rcu::Walk, //
    }, //
};
use kernel::{
    error::from_result,
    ffi::{
        c_char,
        c_int,
        c_uint, //
    },
    prelude::*,
    types::Opaque, //
};

/// The kernel's `struct dentry`, on a superblock of this module.
#[repr(transparent)]
pub(crate) struct Dentry(Opaque<raw::dentry>);

impl Dentry {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::dentry {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid dentry on a superblock of this module for the lifetime `'a`.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::dentry) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// Its name.
    ///
    /// # Safety
    ///
    /// `dentry` must be valid and keep its name for the lifetime `'a`.
    pub(in crate::rust_bindings) unsafe fn name<'a>(dentry: *const raw::dentry) -> &'a [u8] {
        // SAFETY: The caller promises it; `d_name` describes `len` bytes.
        unsafe {
            let name = &(*dentry).__bindgen_anon_1.d_name;
            core::slice::from_raw_parts(
                name.name,
                name.__bindgen_anon_1.__bindgen_anon_1.len as usize,
            )
        }
    }
}

/// A dentry that a lookup is to fill: it has a name that does not change and no inode yet.
pub(crate) struct Lookup<'a>(&'a Dentry);

impl<'a> Lookup<'a> {
    /// # Safety
    ///
    /// `ptr` must be the dentry that the VFS passed to `->lookup()`, for the time of that call.
    pub(in crate::rust_bindings) unsafe fn from_raw(ptr: *mut raw::dentry) -> Self {
        // SAFETY: The caller promises validity.
        Self(unsafe { Dentry::from_raw(ptr) })
    }

    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::dentry {
        self.0.as_ptr()
    }

    /// The name that is looked up.
    pub(crate) fn name(&self) -> &'a [u8] {
        // SAFETY: The VFS does not rename a dentry that is in lookup.
        unsafe { Dentry::name(self.0.as_ptr()) }
    }

    /// The name with its hash, as the dcache has it: with a zero byte behind it.
    pub(in crate::rust_bindings) fn qstr(&self) -> &'a raw::qstr {
        // SAFETY: The name does not change, as in `name()`.
        unsafe { &(*self.0.as_ptr()).__bindgen_anon_1.d_name }
    }

    /// The superblock that the lookup is on.
    pub(crate) fn super_block(&self) -> &'a crate::rust_bindings::vfs::super_block::SuperBlock {
        // SAFETY: A dentry pins its superblock; this one is on a superblock of this module.
        unsafe {
            crate::rust_bindings::vfs::super_block::SuperBlock::from_raw((*self.0.as_ptr()).d_sb)
        }
    }
}

/// What a lookup answers: the dentry that `->lookup()` returns, null for the one that it was given.
pub(crate) struct Found(pub(in crate::rust_bindings) *mut raw::dentry);

/// What a filesystem says about its cached dentries. Both run without sleeping.
pub(crate) trait DentryOperations {
    /// Whether the dentry may be used: `Ok(true)` to use it, `Ok(false)` to look the name up again,
    /// an error to fail.
    ///
    /// Called in a walk under RCU too, where `inode` is valid until the end of the call and nothing
    /// may sleep.
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool>;
}

/// `->d_compare()`.
pub(in crate::rust_bindings) type Compare =
    unsafe extern "C" fn(*const raw::dentry, c_uint, *const c_char, *const raw::qstr) -> c_int;

/// A table of dentry operations.
#[repr(transparent)]
pub(crate) struct DentryOps(raw::dentry_operations);

// SAFETY: The table is never written.
unsafe impl Sync for DentryOps {}

impl DentryOps {
    /// The table for `T`; besides `T`'s revalidation, dentries of reaped tasks are dropped with
    /// their last user.
    pub(crate) const fn of<T: DentryOperations>() -> Self {
        Self(raw::dentry_operations {
            d_revalidate: Some(revalidate::<T>),
            d_delete: Some(delete),
            ..pin_init::zeroed()
        })
    }

    /// The table for entries that are as lasting as the superblock.
    pub(crate) const fn lasting() -> Self {
        Self(pin_init::zeroed())
    }

    /// The table for entries that are made of their names, of which there are more than anyone may
    /// leave behind: a dentry is gone with its last user.
    pub(crate) const fn unused_are_dropped() -> Self {
        Self(raw::dentry_operations {
            d_delete: Some(raw::always_delete_dentry),
            ..pin_init::zeroed()
        })
    }

    /// A table of entries whose names have more to them than their bytes.
    pub(in crate::rust_bindings) const fn comparing(compare: Compare) -> Self {
        Self(raw::dentry_operations {
            d_compare: Some(compare),
            ..pin_init::zeroed()
        })
    }

    /// A table of the kernel's.
    ///
    /// # Safety
    ///
    /// `ops` must be null, or a constant table of the kernel.
    pub(in crate::rust_bindings) unsafe fn from_kernel(
        ops: *const raw::dentry_operations,
    ) -> Option<&'static Self> {
        // SAFETY: The caller promises it; the type is transparent.
        unsafe { ops.cast::<Self>().as_ref() }
    }

    pub(in crate::rust_bindings) fn as_ptr(&'static self) -> *const raw::dentry_operations {
        &self.0
    }
}

/// `->d_revalidate()`.
///
/// # Safety
///
/// `dentry` must be one with this table on a superblock of this module, live or, with `LOOKUP_RCU`
/// in `flags`, kept by the RCU read lock.
unsafe extern "C" fn revalidate<T: DentryOperations>(
    _dir: *mut raw::inode,
    _name: *const raw::qstr,
    dentry: *mut raw::dentry,
    flags: u32,
) -> c_int {
    // SAFETY: The caller promises a valid dentry; `d_inode` is read in one load, as `d_inode_rcu()`
    // does.
    let inode = unsafe { (&raw const (*dentry).d_inode).read_volatile() };
    if inode.is_null() {
        return 0;
    }
    // SAFETY: The inode is on our superblock and valid for this call: pinned by the dentry, or, in
    // RCU walk, kept by the RCU read lock, which the VFS holds then: inodes are freed after a grace
    // period.
    let (inode, walk) = unsafe {
        let rcu = flags & raw::proc2_LOOKUP_RCU != 0;
        (Inode::from_raw(inode), Walk::new(rcu))
    };
    from_result(|| T::revalidate(inode, &walk).map(c_int::from))
}

/// `->d_delete()`.
///
/// # Safety
///
/// `dentry` must be a live one with this table that has an inode of this module, with `d_lock`
/// held.
unsafe extern "C" fn delete(dentry: *const raw::dentry) -> c_int {
    // SAFETY: The VFS calls this with `d_lock` held on a dentry that has an inode, which is on our
    // superblock.
    let inode = unsafe { Inode::from_raw((*dentry).d_inode) };
    c_int::from(inode.pid().is_some_and(|pid| pid.is_dead()))
}
