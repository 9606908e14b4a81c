// SPDX-License-Identifier: GPL-2.0

//! The memory of inodes: allocation, eviction and release, as procfs does them.
//!
//! Mirrors `proc_alloc_inode()`, `proc_evict_inode()` and `proc_free_inode()` of
//! [`fs/proc/inode.c`](srctree/fs/proc/inode.c).
//!
//! Locks: eviction takes `pid->lock` (a leaf); for an inode of `sys/` the kernel takes
//! `sysctl_lock`. Eviction may run from the shrinker and allocates nothing; [`free_inode`] runs in
//! an RCU callback and does not sleep.

use crate::rust_bindings::raw;
use core::{
    ffi::c_void,
    mem::{
        offset_of,
        size_of, //
    },
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    },
};
use kernel::prelude::*;

/// The slab that every inode of this module comes from. Set while an [`InodeCache`] lives.
static CACHE: AtomicPtr<raw::kmem_cache> = AtomicPtr::new(ptr::null_mut());

/// Owns the slab of inodes. Must outlive the last superblock, and so is made and kept by the
/// registration alone.
///
/// # Invariants
///
/// [`CACHE`] is the slab that was made with this value, and there is no other value.
pub(crate) struct InodeCache(());

impl InodeCache {
    /// Makes the slab `name`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `EBUSY` while there is one.
    pub(in crate::rust_bindings) fn new(name: &'static CStr) -> Result<Self> {
        // SAFETY: `init_once` expects what the slab passes it, a new object.
        let cache = unsafe {
            raw::proc2_kmem_cache_create(
                name.as_char_ptr(),
                size_of::<raw::proc_inode>() as u32,
                0,
                raw::proc2_SLAB_RECLAIM_ACCOUNT | raw::proc2_SLAB_ACCOUNT,
                Some(init_once),
            )
        };
        if cache.is_null() {
            return Err(ENOMEM);
        }
        let none = ptr::null_mut();
        if CACHE
            .compare_exchange(none, cache, Ordering::AcqRel, Ordering::Relaxed)
            .is_err()
        {
            // SAFETY: The slab was just made, and nothing comes from it.
            unsafe { raw::kmem_cache_destroy(cache) };
            return Err(EBUSY);
        }
        // INVARIANT: The slab is there now; others find that it is.
        Ok(Self(()))
    }
}

impl Drop for InodeCache {
    fn drop(&mut self) {
        // Inodes go back to the slab in RCU callbacks, and their code is this module's.
        // SAFETY: Nothing is held, and it may sleep.
        unsafe { raw::rcu_barrier() };
        let cache = CACHE.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: By the type invariant this slab is ours; no superblock is left, and the barrier
        // waited for the last objects.
        unsafe { raw::kmem_cache_destroy(cache) };
    }
}

/// The slab's constructor: only the inode, for every other field is set at each allocation.
///
/// # Safety
///
/// `object` must be new memory of the size of a `proc_inode`, which nobody else knows yet.
unsafe extern "C" fn init_once(object: *mut c_void) {
    // SAFETY: The caller promises a new object of the size of a `proc_inode`.
    unsafe { raw::inode_init_once(&raw mut (*object.cast::<raw::proc_inode>()).vfs_inode) };
}

/// `->alloc_inode()`.
///
/// # Safety
///
/// `sb` must be a live superblock of this module.
pub(in crate::rust_bindings) unsafe extern "C" fn alloc_inode(
    sb: *mut raw::super_block,
) -> *mut raw::inode {
    // SAFETY: The caller promises a valid superblock; the cache lives as long as there are
    // superblocks.
    let ei: *mut raw::proc_inode = unsafe {
        raw::proc2_alloc_inode_sb(sb, CACHE.load(Ordering::Acquire), raw::GFP_KERNEL).cast()
    };
    if ei.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: The object is ours alone. All fields but the inode are set, whatever order the layout
    // has them in; zero is the empty state of each (`INIT_HLIST_NODE` included).
    unsafe {
        (&raw mut (*ei).pid).write(ptr::null_mut());
        (&raw mut (*ei).fd).write(0);
        (&raw mut (*ei).op).write_bytes(0, 1);
        (&raw mut (*ei).pde).write(ptr::null_mut());
        (&raw mut (*ei).sysctl).write(ptr::null_mut());
        (&raw mut (*ei).sysctl_entry).write(ptr::null());
        (&raw mut (*ei).sibling_inodes).write_bytes(0, 1);
        (&raw mut (*ei).ns_ops).write(ptr::null());
        &raw mut (*ei).vfs_inode
    }
}

/// `->evict_inode()`.
///
/// # Safety
///
/// `inode` must be one that [`alloc_inode`] gave and that nobody uses any more; its memory must
/// stay for a grace period.
pub(in crate::rust_bindings) unsafe extern "C" fn evict_inode(inode: *mut raw::inode) {
    // SAFETY: The caller promises an inode of ours that nobody uses any more. `sibling_inodes` is
    // on `pid->inodes` (for a base directory, under `pid->lock`) or on the list of a sysctl head,
    // which the kernel's function takes it from. The store comes first because `proc_sys_compare()`
    // reads the field without a lock.
    unsafe {
        let ei: *mut raw::proc_inode = inode
            .byte_sub(offset_of!(raw::proc_inode, vfs_inode))
            .cast();
        raw::truncate_inode_pages_final(&raw mut (*inode).i_data);
        raw::clear_inode(inode);

        let pid = (*ei).pid;
        if !pid.is_null() && u32::from((*inode).i_mode) & raw::S_IFMT == raw::S_IFDIR {
            raw::spin_lock(&raw mut (*pid).lock);
            raw::proc2_hlist_del_init_rcu(&raw mut (*ei).sibling_inodes);
            raw::spin_unlock(&raw mut (*pid).lock);
        }

        let head = (*ei).sysctl;
        if !head.is_null() {
            (&raw mut (*ei).sysctl).write_volatile(ptr::null_mut());
            raw::proc_sys_evict_inode(inode, head);
        }
    }
}

/// `->free_inode()`, after a grace period.
///
/// # Safety
///
/// `inode` must be one that [`evict_inode`] is done with, or that was never used, a grace period
/// ago; this must be the last use.
pub(in crate::rust_bindings) unsafe extern "C" fn free_inode(inode: *mut raw::inode) {
    // SAFETY: Nobody can reach the inode any more. The counts are the inode's own, and neither
    // release sleeps.
    unsafe {
        let ei: *mut raw::proc_inode = inode
            .byte_sub(offset_of!(raw::proc_inode, vfs_inode))
            .cast();
        if !(*ei).pid.is_null() {
            raw::put_pid((*ei).pid);
        }
        if !(*ei).pde.is_null() {
            raw::pde_put((*ei).pde);
        }
        raw::kmem_cache_free(CACHE.load(Ordering::Acquire), ei.cast());
    }
}
