// SPDX-License-Identifier: GPL-2.0

//! Making inodes.
//!
//! Locks: [`NewInode::splice_task_dir`] takes `pid->lock`, a leaf, and nothing else.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`fs/proc/internal.h`](srctree/fs/proc/internal.h)

use crate::rust_bindings::{
    credentials::cred::{
        Kgid,
        Kuid, //
    },
    raw,
    tasks::{
        ns::NsKind,
        pid::Pid, //
    },
    vfs::{
        dentry::{
            DentryOps,
            Found,
            Lookup, //
        },
        file::FileOps,
        inode::Inode,
        inode_ops::InodeOps,
        super_block::SuperBlock, //
    }, //
};
use kernel::{
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

/// An inode that no dentry leads to yet. Others can find it on the list of its superblock's inodes,
/// and take its locks there.
///
/// # Invariants
///
/// The pointer is valid and owns one count.
pub(crate) struct NewInode(*mut raw::inode);

impl NewInode {
    /// Allocates an inode that belongs to root, with the current time in all its times. Sleeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(sb: &SuperBlock) -> Result<Self> {
        let new = Self::unowned(sb)?;
        new.as_inode()
            .set_owner((Kuid::GLOBAL_ROOT, Kgid::GLOBAL_ROOT));
        Ok(new)
    }

    /// Sets the owner and group that entries of `mode` have for `task` (`task_dump_owner()`). Does
    /// not sleep.
    pub(crate) fn set_owner_by(&self, task: &Task, mode: u16) {
        let inode = self.0;
        // SAFETY: Both are valid, and nobody else looks at the owner of an inode that no dentry
        // leads to.
        unsafe {
            let (uid, gid) = (&raw mut (*inode).i_uid, &raw mut (*inode).i_gid);
            raw::task_dump_owner(task.as_ptr(), mode, uid, gid);
        }
    }

    /// As [`NewInode::new`], for who sets the owner: until then it is the root of the superblock's
    /// user namespace, as the VFS has it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[inline]
    pub(crate) fn unowned(sb: &SuperBlock) -> Result<Self> {
        // SAFETY: `sb` is valid.
        let inode = unsafe { raw::new_inode(sb.as_ptr()) };
        if inode.is_null() {
            return Err(ENOMEM);
        }
        // SAFETY: The inode is valid, and no dentry leads to it: whoever finds it on the
        // superblock's list looks at no times. These are the fields that `simple_inode_init_ts()`
        // sets.
        unsafe {
            let now = raw::current_time(inode);
            ((*inode).i_atime_sec, (*inode).i_atime_nsec) = (now.tv_sec, now.tv_nsec as u32);
            ((*inode).i_mtime_sec, (*inode).i_mtime_nsec) = (now.tv_sec, now.tv_nsec as u32);
            ((*inode).i_ctime_sec, (*inode).i_ctime_nsec) = (now.tv_sec, now.tv_nsec as u32);
        }
        // INVARIANT: Checked for null, and the count is ours.
        Ok(Self(inode))
    }

    /// # Safety
    ///
    /// `inode` must be a valid one on a superblock of this module, whose count goes to this, and
    /// that no dentry leads to for anybody else.
    pub(in crate::rust_bindings) unsafe fn from_raw(inode: *mut raw::inode) -> Self {
        // INVARIANT: The caller promises it.
        Self(inode)
    }

    /// Whether a dentry leads to it after all.
    pub(in crate::rust_bindings) fn has_dentry(&self) -> bool {
        // SAFETY: By the type invariant. The list's head is one word, which is read in one load.
        unsafe {
            !(&raw const (*self.0).__bindgen_anon_2.i_dentry.first)
                .read_volatile()
                .is_null()
        }
    }

    /// The inode, to be read.
    pub(crate) fn as_inode(&self) -> &Inode {
        // SAFETY: By the type invariant; `new_inode()` went through our `->alloc_inode()`.
        unsafe { Inode::from_raw(self.0) }
    }

    /// Sets the mode, type included.
    pub(crate) fn mode(self, mode: u16) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).i_mode = mode };
        self
    }

    /// Sets the inode number.
    pub(crate) fn ino(self, ino: u64) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).i_ino = ino };
        self
    }

    /// Sets the number of links.
    pub(crate) fn nlink(self, nlink: u32) -> Self {
        // Not `set_nlink()`: a new inode has a link, and none of ours loses all.
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).__bindgen_anon_1.__i_nlink = nlink };
        self
    }

    /// Sets the size that stat shows.
    pub(crate) fn size(self, size: i64) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).i_size = size };
        self
    }

    /// Makes the inode one that nothing can be created, linked or removed in.
    pub(crate) fn immutable(self) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).i_flags |= mutant!("differences: S_IMMUTABLE", raw::S_IMMUTABLE => 0) };
        self
    }

    /// Sets the inode's operations.
    pub(crate) fn ops(self, ops: &'static InodeOps) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).i_op = ops.as_ptr() };
        self
    }

    /// Sets the operations of files opened on the inode.
    pub(crate) fn file_ops(self, ops: &'static FileOps) -> Self {
        // SAFETY: By the type invariant; no dentry leads to the inode yet, and nobody else looks at
        // the field.
        unsafe { (*self.0).__bindgen_anon_3.i_fop = ops.as_ptr() };
        self
    }

    /// Sets the number that [`Inode::word`] gives.
    pub(crate) fn word(self, word: u64) -> Self {
        // SAFETY: By the invariants of both types; nobody looks at the field yet, which has room
        // for the word.
        unsafe {
            (&raw mut (*self.as_inode().proc_inode()).op)
                .cast::<u64>()
                .write(word)
        };
        self
    }

    /// Sets the file descriptor that the entry stands for.
    pub(crate) fn fd(self, fd: u32) -> Self {
        // SAFETY: By the invariants of both types; nobody else knows the inode yet.
        unsafe { (*self.as_inode().proc_inode()).fd = fd };
        self
    }

    /// Sets the range of addresses that the entry stands for; its end takes the place of
    /// [`NewInode::word`].
    pub(crate) fn range(self, (start, end): (u64, u64)) -> Self {
        // SAFETY: By the type invariant; nobody looks at the field yet.
        unsafe { (*self.0).i_private = core::ptr::without_provenance_mut(start as usize) };
        self.word(end)
    }

    /// Sets the namespace kind that a link of `ns/` stands for.
    pub(crate) fn ns_kind(self, kind: NsKind) -> Self {
        // SAFETY: By the invariants of both types; nobody else knows the inode yet.
        unsafe { (*self.as_inode().proc_inode()).ns_ops = kind.as_ptr() };
        self
    }

    /// Ties the inode to the identity `pid`, which it keeps until it is freed.
    pub(crate) fn pid(self, pid: ARef<Pid>) -> Self {
        // SAFETY: By the invariants of both types; the field was null, and `->free_inode()` gives
        // the count back.
        unsafe { (*self.as_inode().proc_inode()).pid = ARef::into_raw(pid).as_ptr().cast() };
        self
    }

    /// Gives the inode to the dentry that is looked up.
    ///
    /// # Errors
    ///
    /// Those of `d_splice_alias_ops()`.
    pub(crate) fn splice(self, dentry: Lookup<'_>, ops: &'static DentryOps) -> Result<Found> {
        let inode = self.into_raw();
        // SAFETY: The inode's count goes to the function, whatever it returns; the dentry is in
        // lookup, and no default dentry operations are set on our superblocks.
        let res = unsafe { raw::d_splice_alias_ops(inode, dentry.as_ptr(), ops.as_ptr()) };
        kernel::error::from_err_ptr(res).map(Found)
    }

    /// As [`NewInode::splice`], for the directory of a task: puts it on its pid's list, for the
    /// kernel to drop its dentries when the task is reaped. What is no directory, or has no pid, is
    /// not put there, for eviction takes only those off the list.
    ///
    /// Takes `pid->lock`.
    pub(crate) fn splice_task_dir(
        self,
        dentry: Lookup<'_>,
        ops: &'static DentryOps,
    ) -> Result<Found> {
        let ei = self.as_inode().proc_inode();
        if u32::from(self.as_inode().mode()) & raw::S_IFMT == raw::S_IFDIR {
            // SAFETY: The node is initialised and on no list: the inode goes to a dentry right
            // after this, and neither its type nor its pid changes after that. `pid` is pinned by
            // the inode; `pid->lock` covers the list, and the eviction removes the node under the
            // same lock. The memory is freed after a grace period.
            unsafe {
                let pid = (*ei).pid;
                if !pid.is_null() {
                    raw::spin_lock(&raw mut (*pid).lock);
                    raw::proc2_hlist_add_head_rcu(
                        &raw mut (*ei).sibling_inodes,
                        &raw mut (*pid).inodes,
                    );
                    raw::spin_unlock(&raw mut (*pid).lock);
                }
            }
        }
        self.splice(dentry, ops)
    }

    /// As [`NewInode::splice`], for a dentry on which nothing can be mounted.
    pub(crate) fn splice_unmountable(
        self,
        dentry: Lookup<'_>,
        ops: &'static DentryOps,
    ) -> Result<Found> {
        // SAFETY: The dentry is valid.
        unsafe { raw::proc2_dont_mount(dentry.as_ptr()) };
        self.splice(dentry, ops)
    }

    pub(in crate::rust_bindings) fn into_raw(self) -> *mut raw::inode {
        let inode = self.0;
        core::mem::forget(self);
        inode
    }
}

impl Drop for NewInode {
    fn drop(&mut self) {
        // SAFETY: By the type invariant the count is ours.
        unsafe { raw::iput(self.0) };
    }
}
