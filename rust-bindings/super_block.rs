// SPDX-License-Identifier: GPL-2.0

//! Superblocks, and the `struct proc_fs_info` that each owns.
//!
//! `s_fs_info` points to the kernel's own struct because code outside procfs reads `proc_pid_ns(sb)` from whatever superblock a
//! file is on. Remount changes `hide_pid` and `pid_gid` in place, without a lock, as procfs does: each in one store, read in one
//! load.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use super::{
    cred::Kgid,
    dentry::Dentry,
    inode::NewInode,
    inode_cache,
    raw,
    seq::SeqFile, //
};
use core::ptr::NonNull;
use kernel::{
    cred::Credential,
    ffi::c_int,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef,
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
    pub(super) fn as_ptr(&self) -> *mut raw::super_block {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid superblock of this module for the lifetime `'a`, with its `s_fs_info` set.
    pub(super) unsafe fn from_raw<'a>(ptr: *const raw::super_block) -> &'a Self {
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

/// What a new instance is made with.
pub(crate) struct NewInfo {
    /// The pid namespace whose tasks it shows.
    pub(crate) pid_ns: ARef<PidNamespace>,
    /// The mounter's credentials.
    pub(crate) mounter: ARef<Credential>,
    /// The `hidepid` number.
    pub(crate) hide_pid: u32,
    /// The group that is exempt from hiding.
    pub(crate) gid: Kgid,
    /// Whether only tasks are shown.
    pub(crate) pid_only: bool,
}

/// A superblock that is being filled.
pub(crate) struct NewSuperBlock<'a>(&'a SuperBlock);

impl<'a> NewSuperBlock<'a> {
    /// Gives the superblock its `s_fs_info` and everything that all proc filesystems have in common.
    ///
    /// From here on [`kill_sb`] releases what `info` holds, whatever fails.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Safety
    ///
    /// `sb` must be the superblock that the VFS passed to the fill function, for the time of that call.
    pub(super) unsafe fn new(
        sb: *mut raw::super_block,
        info: NewInfo,
        ops: &'static SuperOps,
    ) -> Result<Self> {
        let mut fs_info = KBox::new(pin_init::zeroed::<raw::proc_fs_info>(), GFP_KERNEL)?;
        fs_info.hide_pid = info.hide_pid;
        fs_info.pid_gid = info.gid.0;
        fs_info.pidonly = if info.pid_only {
            raw::proc_pidonly_PROC_PIDONLY_ON
        } else {
            raw::proc_pidonly_PROC_PIDONLY_OFF
        };
        fs_info.pid_ns = ARef::into_raw(info.pid_ns).as_ptr().cast();
        fs_info.mounter_cred = ARef::into_raw(info.mounter).as_ptr().cast();
        // SAFETY: The caller promises that the superblock is ours to fill.
        unsafe {
            let s = &mut *sb;
            s.s_fs_info = KBox::into_raw(fs_info).cast();
            // Executables or devices would be a danger to programs that trust procfs.
            s.s_iflags |= raw::proc2_SB_I_NOEXEC | raw::proc2_SB_I_NODEV;
            s.s_flags |= raw::proc2_SB_NODIRATIME | raw::proc2_SB_NOSUID | raw::proc2_SB_NOEXEC;
            s.s_blocksize = 1024;
            s.s_blocksize_bits = 10;
            s.s_magic = raw::PROC_SUPER_MAGIC as usize;
            s.s_op = &ops.0;
            s.s_time_gran = 1;
            // Nothing may be stacked on top of what magic links lead out of.
            s.s_stack_depth = raw::FILESYSTEM_MAX_STACK_DEPTH as c_int;
            // Dentries and inodes need no I/O to be made again.
            if let Some(shrinker) = s.s_shrink.as_mut() {
                shrinker.seeks = 0;
            }
            Ok(Self(SuperBlock::from_raw(sb)))
        }
    }

    /// Allows the instance where only restricted variants may be mounted. For instances without global entries alone.
    pub(crate) fn restricted_variant(&self) {
        // SAFETY: The superblock is ours to fill.
        unsafe { (*self.0.as_ptr()).s_iflags |= raw::proc2_SB_I_RESTRICTED_VARIANT };
    }

    /// The superblock.
    pub(crate) fn super_block(&self) -> &'a SuperBlock {
        self.0
    }

    /// Sets the root directory.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn set_root(&self, inode: NewInode) -> Result {
        // SAFETY: The inode's count goes to the function, whatever it returns.
        let root = unsafe { raw::d_make_root(inode.into_raw()) };
        if root.is_null() {
            return Err(ENOMEM);
        }
        // SAFETY: The superblock is ours to fill.
        unsafe { (*self.0.as_ptr()).s_root = root };
        Ok(())
    }

    /// Puts an entry into the root directory that stays there as long as the instance lives.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, or `EINVAL` before the root is set.
    pub(crate) fn add_persistent(&self, name: &CStr, inode: NewInode) -> Result {
        // SAFETY: The superblock is ours to fill. `d_make_persistent()` takes the inode's count; the dentry's first count
        // is ours to give back, its second belongs to the superblock.
        unsafe {
            let root = (*self.0.as_ptr()).s_root;
            if root.is_null() {
                return Err(EINVAL);
            }
            let dentry = raw::d_alloc_name(root, name.as_char_ptr());
            if dentry.is_null() {
                return Err(ENOMEM);
            }
            raw::d_make_persistent(dentry, inode.into_raw());
            raw::dput(dentry);
        }
        Ok(())
    }
}

/// Where an instance's options are written. Other than a [`SeqFile`] of a file on it, this may have no file.
pub(crate) struct OptionList<'a>(&'a SeqFile);

impl OptionList<'_> {
    /// Appends `text`.
    pub(crate) fn write(&self, text: &[u8]) {
        self.0.write(text);
    }
}

/// Shows an instance's options.
pub(crate) trait ShowOptions {
    /// Writes what follows the generic options, each with a comma in front. Only the superblock may be asked: `statmount()` has
    /// no file.
    fn show(sb: &SuperBlock, out: &OptionList<'_>);
}

/// A table of superblock operations.
#[repr(transparent)]
pub(crate) struct SuperOps(raw::super_operations);

// SAFETY: The table is never written.
unsafe impl Sync for SuperOps {}

impl SuperOps {
    /// The table for inodes of this module, with `T`'s options.
    pub(crate) const fn of<T: ShowOptions>() -> Self {
        Self(raw::super_operations {
            alloc_inode: Some(inode_cache::alloc_inode),
            free_inode: Some(inode_cache::free_inode),
            drop_inode: Some(raw::inode_just_drop),
            evict_inode: Some(inode_cache::evict_inode),
            statfs: Some(raw::simple_statfs),
            show_options: Some(show_options::<T>),
            ..pin_init::zeroed()
        })
    }
}

/// `->show_options()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a superblock of this module.
unsafe extern "C" fn show_options<T: ShowOptions>(
    m: *mut raw::seq_file,
    root: *mut raw::dentry,
) -> c_int {
    // SAFETY: The VFS passes a seq_file for this call and a dentry on a superblock of ours.
    let (seq, sb) = unsafe {
        let dentry = Dentry::from_raw(root);
        (
            SeqFile::from_raw(m),
            SuperBlock::from_raw((*dentry.as_ptr()).d_sb),
        )
    };
    T::show(sb, &OptionList(seq));
    0
}

/// `->kill_sb()`: the superblock's dentries and inodes go first, then what the instance holds.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a superblock of this module.
pub(super) unsafe extern "C" fn kill_sb(sb: *mut raw::super_block) {
    // SAFETY: The VFS hands over a superblock without users. `s_fs_info` is null where filling failed before it was set. The
    // memory of the info outlives a grace period, for readers that came through RCU walk; no code of ours runs then.
    unsafe {
        let info: *mut raw::proc_fs_info = (*sb).s_fs_info.cast();
        raw::kill_anon_super(sb);
        if let Some(info) = NonNull::new(info) {
            let info = info.as_ptr();
            drop(ARef::<PidNamespace>::from_raw(NonNull::new_unchecked(
                (*info).pid_ns.cast(),
            )));
            drop(ARef::<Credential>::from_raw(NonNull::new_unchecked(
                (*info).mounter_cred.cast_mut().cast(),
            )));
            raw::proc2_kfree_rcu_fs_info(info);
        }
    }
}
