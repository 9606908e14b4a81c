// SPDX-License-Identifier: GPL-2.0

//! A mount, as tables of mounts show it.
//!
//! C header: [`fs/mount.h`](srctree/fs/mount.h)

use crate::rust_bindings::{
    errno,
    raw, //
};
use core::{
    marker::PhantomData,
    ptr::NonNull, //
};
use kernel::{
    error::from_err_ptr,
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*, //
};

mod name;
mod path;

pub(crate) use name::Name;

/// A mount in a namespace's tree, while `namespace_sem` is held for reading: the tree is as it is,
/// and each mount has its parents and its superblock.
///
/// # Invariants
///
/// `mount` and `root` are valid for `'a`, and `namespace_sem` is held for as long.
#[derive(Clone, Copy)]
pub(crate) struct Mount<'a> {
    mount: NonNull<raw::mount>,
    /// What paths are shown relative to.
    root: NonNull<raw::path>,
    _lives: PhantomData<&'a raw::mount>,
}

/// Flags of a superblock, `SB_*`.
pub(crate) mod super_flags {
    use super::raw;

    pub(crate) const RDONLY: usize = raw::proc2_SB_RDONLY;
    pub(crate) const SYNCHRONOUS: usize = raw::proc2_SB_SYNCHRONOUS;
    pub(crate) const DIRSYNC: usize = raw::proc2_SB_DIRSYNC;
    pub(crate) const MANDLOCK: usize = raw::proc2_SB_MANDLOCK;
    pub(crate) const LAZYTIME: usize = raw::proc2_SB_LAZYTIME;
}

/// Flags of a mount, `MNT_*`.
pub(crate) mod flags {
    use super::raw;

    pub(crate) const NOSUID: u32 = raw::mount_flags_MNT_NOSUID;
    pub(crate) const NODEV: u32 = raw::mount_flags_MNT_NODEV;
    pub(crate) const NOEXEC: u32 = raw::mount_flags_MNT_NOEXEC;
    pub(crate) const NOATIME: u32 = raw::mount_flags_MNT_NOATIME;
    pub(crate) const NODIRATIME: u32 = raw::mount_flags_MNT_NODIRATIME;
    pub(crate) const RELATIME: u32 = raw::mount_flags_MNT_RELATIME;
    pub(crate) const READONLY: u32 = raw::mount_flags_MNT_READONLY;
    pub(crate) const NOSYMFOLLOW: u32 = raw::mount_flags_MNT_NOSYMFOLLOW;
}

/// How a mount takes part in what is mounted elsewhere.
pub(crate) struct Propagation {
    /// The number of its peer group.
    pub(crate) shared: Option<c_int>,
    /// The number of the peer group that it follows.
    pub(crate) master: Option<c_int>,
    /// The number of the nearest group that it follows and that is seen below the root.
    pub(crate) propagate_from: Option<c_int>,
    /// Whether it can't be bound elsewhere.
    pub(crate) unbindable: bool,
}

impl<'a> Mount<'a> {
    /// # Safety
    ///
    /// `mnt` must be the `mnt` of a `struct mount` in a namespace's tree, `root` a path, both valid
    /// for `'a`, and `namespace_sem` be held for reading for as long.
    pub(in crate::rust_bindings) unsafe fn from_raw(
        mnt: *mut raw::vfsmount,
        root: *mut raw::path,
    ) -> Self {
        // SAFETY: The caller promises both, so that neither is null.
        unsafe {
            // INVARIANT: The caller promises it.
            Self {
                mount: NonNull::new_unchecked(kernel::container_of!(mnt, raw::mount, mnt)),
                root: NonNull::new_unchecked(root),
                _lives: PhantomData,
            }
        }
    }

    pub(in crate::rust_bindings) fn vfsmount(self) -> *mut raw::vfsmount {
        // SAFETY: By the type invariant the mount is valid.
        unsafe { &raw mut (*self.mount.as_ptr()).mnt }
    }

    pub(in crate::rust_bindings) fn dentry(self) -> *mut raw::dentry {
        // SAFETY: By the type invariant the mount is valid; the dentry never changes.
        unsafe { (*self.vfsmount()).mnt_root }
    }

    pub(in crate::rust_bindings) fn super_block(self) -> *mut raw::super_block {
        // SAFETY: By the type invariant the mount is valid; the superblock never changes.
        unsafe { (*self.vfsmount()).mnt_sb }
    }

    /// Its number.
    pub(crate) fn id(self) -> c_int {
        // SAFETY: By the type invariant the mount is valid.
        unsafe { (*self.mount.as_ptr()).mnt_id }
    }

    /// The number of the mount that it is on; its own for the root of all.
    pub(crate) fn parent_id(self) -> c_int {
        // SAFETY: By the type invariant the mount is valid, and its parent does not change.
        unsafe { (*(*self.mount.as_ptr()).mnt_parent).mnt_id }
    }

    /// `st_dev` of its superblock's files, major and minor.
    pub(crate) fn device(self) -> (u32, u32) {
        // SAFETY: By the type invariant the mount is valid, and so is its superblock.
        let dev = unsafe { (*self.super_block()).s_dev };
        (dev >> raw::MINORBITS, dev & ((1 << raw::MINORBITS) - 1))
    }

    /// `MNT_*`, one moment's.
    pub(crate) fn flags(self) -> u32 {
        // SAFETY: By the type invariant the mount is valid; an aligned integer is read whole.
        unsafe { (&raw const (*self.vfsmount()).mnt_flags).read_volatile() as u32 }
    }

    /// `SB_*` of its superblock, one moment's.
    pub(crate) fn super_flags(self) -> usize {
        // SAFETY: By the type invariant the mount is valid, and so is its superblock; an aligned
        // integer is read whole.
        unsafe { (&raw const (*self.super_block()).s_flags).read_volatile() }
    }

    /// Whether owners are mapped.
    pub(crate) fn is_idmapped(self) -> bool {
        // SAFETY: By the type invariant the mount is valid; the pointer is only compared.
        let map = unsafe { (&raw const (*self.vfsmount()).mnt_idmap).read_volatile() };
        map != &raw mut raw::nop_mnt_idmap
    }

    /// What was mounted, as whoever mounted it said.
    #[inline]
    pub(crate) fn source(self) -> Option<Name<'a>> {
        // SAFETY: By the type invariant the mount is valid; the name lives as long and never
        // changes.
        unsafe { Name::from_raw((*self.mount.as_ptr()).mnt_devname) }
    }

    /// The filesystem's type, and its subtype.
    #[inline]
    pub(crate) fn fs_type(self) -> (Option<Name<'a>>, Option<Name<'a>>) {
        // SAFETY: By the type invariant the mount is valid, and so is its superblock; the names
        // live as long and never change.
        unsafe {
            let sb = self.super_block();
            let name = Name::from_raw((*(*sb).s_type).name);
            (name, Name::from_raw((*sb).s_subtype))
        }
    }

    /// How it takes part in what is mounted elsewhere.
    pub(crate) fn propagation(self) -> Propagation {
        // SAFETY: By the type invariant the mount is valid, and neither its flags nor its master
        // nor the tree change.
        unsafe {
            let mount = self.mount.as_ptr();
            let (flags, master) = ((*mount).mnt_t_flags as u32, (*mount).mnt_master);
            let (master, dominating) = match master.is_null() {
                true => (None, 0),
                false => (
                    Some((*master).mnt_group_id),
                    raw::get_dominating_id(mount, self.root.as_ptr()),
                ),
            };
            Propagation {
                shared: (flags & raw::T_SHARED != 0).then(|| (*mount).mnt_group_id),
                master,
                propagate_from: (dominating != 0).then_some(dominating),
                unbindable: flags & raw::T_UNBINDABLE != 0,
            }
        }
    }

    /// Whether the root of its filesystem is what is mounted, and not something below it.
    pub(crate) fn is_whole(self) -> bool {
        // SAFETY: By the type invariant the mount is valid, and so is its dentry; `IS_ROOT()`.
        unsafe {
            let dentry = self.dentry();
            (&raw const (*dentry).d_parent).read_volatile() == dentry
        }
    }

    /// Writes its path, as seen from the root, to the end of `buf`, with a NUL behind it, and
    /// returns where it begins; `None` where the root does not reach it.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` where there is no room for it.
    #[inline]
    pub(crate) fn path(self, buf: &mut [u8]) -> Result<Option<usize>> {
        let size = c_int::try_from(buf.len()).map_err(|_| EINVAL)?;
        if size == 0 {
            return Err(errno::name_too_long());
        }
        let path = raw::path {
            mnt: self.vfsmount(),
            dentry: self.dentry(),
        };
        let start = buf.as_mut_ptr().cast::<c_char>();
        // SAFETY: By the type invariant both paths are valid; the buffer is, for `size` bytes.
        let name = unsafe { raw::__d_path(&path, self.root.as_ptr(), start, size) };
        if name.is_null() {
            return Ok(None);
        }
        let name = from_err_ptr(name)?;
        Ok(Some(name as usize - start as usize))
    }
}
