// SPDX-License-Identifier: GPL-2.0

//! Superblocks, and what each owns: the kernel's `struct proc_fs_info`, and what the filesystem
//! keeps beside it.
//!
//! `s_fs_info` begins with the kernel's own struct because code outside procfs reads
//! `proc_pid_ns(sb)` from whatever superblock a file is on, and the kernel's directories (the
//! registry, `net`) read `pidonly` and `mounter_cred`. All three never change. Nothing but procfs's
//! own operations reads `hide_pid` and `pid_gid`, which are left empty: an instance's options are
//! in its data.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use crate::rust_bindings::raw;
use core::{
    mem::offset_of,
    ptr::NonNull, //
};
use kernel::{
    cred::Credential,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef,
    types::Opaque, //
};

/// What the filesystem keeps of each superblock.
///
/// It is implemented once, for [`SuperBlock`], by the one filesystem that a module has. So there is
/// no second type that its superblocks' data could be taken for.
pub(crate) trait SuperBlockData {
    /// Readers in RCU walk may have it until a grace period after the superblock is gone: it is
    /// dropped in an RCU callback, where nothing may sleep.
    type Data: Send + Sync + 'static;

    /// Ends what goes on by itself, when the superblock is gone. May sleep.
    fn end(data: &Self::Data);
}

/// What this module's filesystem keeps.
pub(crate) type Data = <SuperBlock as SuperBlockData>::Data;

/// What a new instance is made with.
pub(crate) struct NewInfo {
    /// The pid namespace whose tasks it shows.
    pub(crate) pid_ns: ARef<PidNamespace>,
    /// The mounter's credentials.
    pub(crate) mounter: ARef<Credential>,
    /// Whether the kernel's directories are to behave as where only tasks are shown.
    pub(crate) pid_only: bool,
    /// What the filesystem keeps.
    pub(crate) data: Data,
}

/// What `s_fs_info` points to.
///
/// # Invariants
///
/// `info` owns a count of its pid namespace and one of its credentials. `workshop` is null or owns
/// a count of a root dentry of the superblock that nothing leads to; it does not change while the
/// superblock lives.
#[repr(C)]
pub(in crate::rust_bindings) struct FsInfo {
    info: raw::proc_fs_info,
    workshop: *mut raw::dentry,
    data: Data,
}

// `proc_sb_info()` takes the one for the other.
const _: () = assert!(offset_of!(FsInfo, info) == 0);

impl FsInfo {
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(in crate::rust_bindings) fn new(new: NewInfo) -> Result<KBox<Self>> {
        let mut info = pin_init::zeroed::<raw::proc_fs_info>();
        info.pidonly = if new.pid_only {
            raw::proc_pidonly_PROC_PIDONLY_ON
        } else {
            raw::proc_pidonly_PROC_PIDONLY_OFF
        };
        info.pid_ns = ARef::into_raw(new.pid_ns).as_ptr().cast();
        info.mounter_cred = ARef::into_raw(new.mounter).as_ptr().cast();
        // INVARIANT: Both counts have just been handed over. Where there is no memory, they are
        // dropped.
        let data = new.data;
        let workshop = core::ptr::null_mut();
        let this = Self {
            info,
            workshop,
            data,
        };
        Ok(KBox::new(this, GFP_KERNEL)?)
    }

    /// Sets the root dentry that nothing leads to, whose count goes to this.
    ///
    /// # Safety
    ///
    /// Nobody else may know `this` yet, and it must have none.
    pub(in crate::rust_bindings) unsafe fn set_workshop(this: *mut Self, root: *mut raw::dentry) {
        // SAFETY: The caller promises that the info is ours alone.
        unsafe { (*this).workshop = root };
    }

    /// Lets go of that dentry and of all below it, before the superblock's own go.
    ///
    /// # Safety
    ///
    /// Nobody may use the superblock any more.
    pub(in crate::rust_bindings) unsafe fn close_workshop(this: *mut Self) {
        // SAFETY: The caller promises that the info is ours alone; by the type invariant the count
        // is ours, and given back once. Nobody uses what is below the dentry.
        unsafe {
            let root = core::mem::replace(&mut (*this).workshop, core::ptr::null_mut());
            if !root.is_null() {
                raw::shrink_dcache_parent(root);
                raw::dput(root);
            }
        }
    }

    /// Ends what goes on by itself. Sleeps.
    ///
    /// # Safety
    ///
    /// `this` must be valid, and its superblock be gone.
    pub(in crate::rust_bindings) unsafe fn end(this: *const Self) {
        // SAFETY: The caller promises it.
        <SuperBlock as SuperBlockData>::end(unsafe { &(*this).data });
    }

    /// Drops it after a grace period. Where that is, nothing may sleep: neither of the two releases
    /// below does, and [`SuperBlockData::Data`] says it of the rest.
    pub(in crate::rust_bindings) fn drop_after_grace_period(this: KBox<Self>) {
        let info = KBox::into_raw(this);
        // SAFETY: The head is the box's own; the callback takes the box back.
        unsafe { raw::call_rcu(&raw mut (*info).info.rcu, Some(drop_info)) };
    }
}

impl Drop for FsInfo {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe {
            let pid_ns = NonNull::new_unchecked(self.info.pid_ns.cast::<PidNamespace>());
            let cred = self.info.mounter_cred.cast_mut().cast::<Credential>();
            drop(ARef::from_raw(pid_ns));
            drop(ARef::from_raw(NonNull::new_unchecked(cred)));
        }
    }
}

/// The RCU callback.
///
/// # Safety
///
/// `head` must be the `rcu` of an [`FsInfo`] in a `KBox` that nobody reads any more.
unsafe extern "C" fn drop_info(head: *mut raw::callback_head) {
    // SAFETY: The caller promises it; `info` stands first.
    drop(unsafe {
        let info = head.byte_sub(offset_of!(raw::proc_fs_info, rcu));
        KBox::from_raw(info.cast::<FsInfo>())
    });
}

/// A superblock of this module.
///
/// # Invariants
///
/// `s_fs_info` is a valid [`FsInfo`], for readers in RCU walk until a grace period after the
/// superblock is gone.
#[repr(transparent)]
pub(crate) struct SuperBlock(Opaque<raw::super_block>);

impl SuperBlock {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::super_block {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid superblock of this module for the lifetime `'a`, with its `s_fs_info`
    /// set.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::super_block) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    fn info(&self) -> *const FsInfo {
        // SAFETY: The superblock is valid.
        unsafe { (*self.as_ptr()).s_fs_info.cast() }
    }

    /// What the filesystem keeps of it.
    #[inline]
    pub(crate) fn data(&self) -> &Data {
        // SAFETY: By the type invariant. What changes in it has a cell of its own.
        unsafe { &(*self.info()).data }
    }

    /// The root dentry that nothing leads to, below which the kernel's own code makes entries for
    /// this module to look at; null if there is none. Never changes.
    pub(in crate::rust_bindings) fn workshop(&self) -> *mut raw::dentry {
        // SAFETY: By the type invariants.
        unsafe { (*self.info()).workshop }
    }

    /// The pid namespace whose tasks the instance shows. Never changes.
    pub(crate) fn pid_ns(&self) -> &PidNamespace {
        // SAFETY: By the type invariant, and that of `FsInfo`, which owns the count.
        unsafe { PidNamespace::from_ptr((*self.info()).info.pid_ns) }
    }
}
