// SPDX-License-Identifier: GPL-2.0

//! Superblocks of proc filesystems: filling one, its operations, and its end.
//!
//! Locks: the VFS holds `s_umount` while a superblock is filled and while it goes.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use crate::rust_bindings::{
    procfs::{
        inode_cache,
        new_inode::NewInode,
        probe, //
    },
    raw,
    vfs::{
        dentry::Dentry,
        inode::Inode,
        seq::SeqFile,
        super_block::{
            FsInfo,
            NewInfo,
            SuperBlock, //
        }, //
    }, //
};
use kernel::{
    ffi::c_int,
    prelude::*, //
};

/// A superblock that is being filled.
pub(crate) struct NewSuperBlock<'a>(&'a SuperBlock);

impl<'a> NewSuperBlock<'a> {
    /// Gives the superblock its `s_fs_info` and everything that all proc filesystems have in
    /// common.
    ///
    /// From here on [`kill_sb`] releases what `info` holds, whatever fails.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Safety
    ///
    /// `sb` must be the superblock that the VFS passed to the fill function, for the time of that
    /// call.
    pub(in crate::rust_bindings) unsafe fn new(
        sb: *mut raw::super_block,
        info: NewInfo,
        ops: &'static SuperOps,
    ) -> Result<Self> {
        let info = FsInfo::new(info)?;
        // SAFETY: The caller promises that the superblock is ours to fill. Others that go through
        // the list of superblocks read some of its fields, so no reference to the whole is made.
        unsafe {
            // `kill_sb()` takes the box back.
            (*sb).s_fs_info = KBox::into_raw(info).cast();
            // Executables or devices would be a danger to programs that trust procfs.
            (*sb).s_iflags |= raw::proc2_SB_I_NOEXEC | raw::proc2_SB_I_NODEV;
            (*sb).s_flags |= raw::proc2_SB_NODIRATIME | raw::proc2_SB_NOSUID | raw::proc2_SB_NOEXEC;
            (*sb).s_blocksize = 1024;
            (*sb).s_blocksize_bits = 10;
            (*sb).s_magic = raw::PROC_SUPER_MAGIC as usize;
            (*sb).s_op = &ops.0;
            (*sb).s_time_gran = 1;
            // Nothing may be stacked on top of what magic links lead out of.
            (*sb).s_stack_depth = raw::FILESYSTEM_MAX_STACK_DEPTH as c_int;
            // Dentries and inodes need no I/O to be made again.
            if !(*sb).s_shrink.is_null() {
                (*(*sb).s_shrink).seeks = 0;
            }
            Ok(Self(SuperBlock::from_raw(sb)))
        }
    }

    /// Makes the instance one that may be mounted where only restricted variants may, and that
    /// never counts as one that shows everything. The kernel no longer asks, then, whether another
    /// instance is visible: what the mounter may have must have been decided before.
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

    /// Makes a second root that nothing leads to, below which `procfs/probe.rs` and
    /// `procfs/sys.rs` let the kernel make entries. It goes with the superblock.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `EINVAL` if there is one.
    pub(crate) fn open_workshop(&self) -> Result {
        if !self.0.workshop().is_null() {
            return Err(EINVAL);
        }
        let inode = NewInode::new(self.0)?.mode(0o040_000);
        // SAFETY: The inode's count goes to the function, whatever it returns.
        let root = unsafe { raw::d_make_root(inode.into_raw()) };
        if root.is_null() {
            return Err(ENOMEM);
        }
        // SAFETY: The superblock is ours to fill, and with it its info, which has none.
        unsafe {
            FsInfo::set_workshop((*self.0.as_ptr()).s_fs_info.cast(), root);
            probe::learn(Inode::from_raw((*root).d_inode))
        }
    }

    /// Puts an entry into the root directory that stays there as long as the instance lives.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, or `EINVAL` before the root is set.
    pub(crate) fn add_persistent(&self, name: &CStr, inode: NewInode) -> Result {
        // SAFETY: The superblock is ours to fill. `d_make_persistent()` takes the inode's count;
        // the dentry's first count is ours to give back, its second belongs to the superblock.
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

/// Where an instance's options are written. Other than a [`SeqFile`] of a file on it, this may have
/// no file.
pub(crate) struct OptionList<'a>(&'a SeqFile);

impl OptionList<'_> {
    /// Appends `text`.
    pub(crate) fn write(&self, text: &[u8]) {
        self.0.write(text);
    }
}

/// Shows an instance's options.
pub(crate) trait ShowOptions {
    /// Writes what follows the generic options, each with a comma in front. Only the superblock may
    /// be asked: `statmount()` has no file.
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
/// `m` must be a seq_file with its lock held, and `root` a dentry of a live superblock of this
/// module.
unsafe extern "C" fn show_options<T: ShowOptions>(
    m: *mut raw::seq_file,
    root: *mut raw::dentry,
) -> c_int {
    // SAFETY: The caller promises a seq_file for this call and a dentry on a superblock of ours.
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

/// `->kill_sb()`: the superblock's dentries and inodes go first, then, after a grace period, what
/// the instance holds, for readers that came through RCU walk.
///
/// # Safety
///
/// `sb` must be a superblock of this module's type that nobody uses any more. Its `s_fs_info` is
/// what [`NewSuperBlock::new`] left there, or null where filling failed before that.
pub(in crate::rust_bindings) unsafe extern "C" fn kill_sb(sb: *mut raw::super_block) {
    // SAFETY: The caller promises it. The superblock is not freed before this returns.
    unsafe {
        let info: *mut FsInfo = (*sb).s_fs_info.cast();
        if !info.is_null() {
            FsInfo::close_workshop(info);
        }
        raw::kill_anon_super(sb);
        if !info.is_null() {
            FsInfo::end(info);
            FsInfo::drop_after_grace_period(KBox::from_raw(info));
        }
    }
}
