// SPDX-License-Identifier: GPL-2.0

//! Inodes, each embedded in the kernel's own `struct proc_inode`.
//!
//! That the layout is procfs's lets the kernel's `proc_flush_pid()` find base directories on `pid->inodes`, and lets procfs's
//! file operations and its registry of global entries work on them.
//!
//! Locks: [`NewInode::attach_to_pid`] and the eviction take `pid->lock`, a leaf, and nothing else.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`fs/proc/internal.h`](srctree/fs/proc/internal.h)

use super::{
    cred::{
        Kgid,
        Kuid, //
    },
    dentry::{
        DentryOps,
        Found,
        Lookup, //
    },
    file::FileOps,
    inode_ops::InodeOps,
    pid::Pid,
    raw,
    super_block::SuperBlock,
    under_rcu::UnderRcu, //
};
use core::mem::offset_of;
use kernel::{
    prelude::*,
    sync::aref::ARef,
    task::Task,
    types::Opaque, //
};

/// An inode on a superblock of this module.
///
/// # Invariants
///
/// Embedded in a `struct proc_inode` whose fields are initialised (`inode_cache.rs` makes every inode of our superblocks).
#[repr(transparent)]
pub(crate) struct Inode(Opaque<raw::inode>);

/// What an entry's inode remembers besides its task: numbers whose meaning is the filesystem's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Which entry this is.
    pub(crate) row: u16,
    /// In which directory it stands.
    pub(crate) scope: u16,
}

impl Inode {
    pub(super) fn as_ptr(&self) -> *mut raw::inode {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid inode on a superblock of this module for the lifetime `'a`.
    pub(super) unsafe fn from_raw<'a>(ptr: *const raw::inode) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    pub(super) fn proc_inode(&self) -> *mut raw::proc_inode {
        // SAFETY: By the type invariant the inode is embedded in a `proc_inode`.
        unsafe {
            self.as_ptr()
                .byte_sub(offset_of!(raw::proc_inode, vfs_inode))
                .cast()
        }
    }

    /// The identity that the entry belongs to; `None` for the root and for registry entries.
    pub(crate) fn pid(&self) -> Option<&Pid> {
        // SAFETY: The field is set before the inode is of use to anyone and holds a count until the inode is freed.
        unsafe { (*self.proc_inode()).pid.cast::<Pid>().as_ref() }
    }

    /// The task that the entry belongs to, with a reference to it; `None` once it is reaped.
    pub(crate) fn get_task(&self) -> Option<ARef<Task>> {
        self.pid()?.get_task()
    }

    /// The task that the entry belongs to, valid as long as the RCU read lock is held; `None` once it is reaped.
    #[inline]
    pub(crate) fn task<'rcu>(&self, rcu: &'rcu impl UnderRcu) -> Option<&'rcu Task> {
        self.pid()?.task(rcu)
    }

    /// The number of the file descriptor that the entry stands for.
    pub(crate) fn fd(&self) -> u32 {
        // SAFETY: The field is set before the inode is of use to anyone, and never again.
        unsafe { (*self.proc_inode()).fd }
    }

    /// The range of addresses that the entry stands for.
    pub(crate) fn range(&self) -> (u64, u64) {
        // SAFETY: The fields are set before the inode is of use to anyone, and never again.
        let (start, low, high) = unsafe {
            let ei = self.proc_inode();
            (
                (*self.as_ptr()).i_private.addr() as u64,
                (*ei).fd,
                (&raw const (*ei).op).cast::<u32>().add(1).read(),
            )
        };
        (start, u64::from(high) << 32 | u64::from(low))
    }

    /// The tag that the inode was made with.
    pub(crate) fn tag(&self) -> Tag {
        // `op` is the entry's own word in `struct proc_inode`; nothing but the entry's operations reads it.
        // SAFETY: The field is set before the inode is of use to anyone, and never again.
        let word = unsafe { (&raw const (*self.proc_inode()).op).cast::<u32>().read() };
        Tag {
            row: (word & 0xffff) as u16,
            scope: (word >> 16) as u16,
        }
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

    /// Sets the owner and group that entries of `mode` have for `task` (`task_dump_owner()`), as revalidation does: without a lock,
    /// each field in one store. Does not sleep.
    pub(crate) fn set_owner_by(&self, task: &Task, mode: u16) {
        let inode = self.as_ptr();
        // SAFETY: Both are valid; procfs has the function update the fields in the same way.
        unsafe {
            let (uid, gid) = (&raw mut (*inode).i_uid, &raw mut (*inode).i_gid);
            raw::task_dump_owner(task.as_ptr(), mode, uid, gid);
        }
    }

    /// Sets the permissions, as revalidation does: without a lock, in one store. The type stays.
    pub(crate) fn set_permissions(&self, permissions: u16) {
        let file_type = self.mode() & raw::S_IFMT as u16;
        // SAFETY: The inode is valid; procfs updates the field in the same way.
        unsafe { (&raw mut (*self.as_ptr()).i_mode).write_volatile(file_type | permissions) };
    }

    /// Lets the security modules label the inode after `task`. Does not sleep.
    pub(crate) fn label_after(&self, task: &Task) {
        // SAFETY: Both are valid.
        unsafe { raw::security_task_to_inode(task.as_ptr(), self.as_ptr()) };
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

/// An inode that nobody else knows yet.
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

    /// As [`NewInode::new`], for who sets the owner: until then it is the root of the superblock's user namespace, as the VFS has it.
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
        // SAFETY: The inode is valid and not shared. These are the fields that `simple_inode_init_ts()` sets.
        unsafe {
            let now = raw::current_time(inode);
            ((*inode).i_atime_sec, (*inode).i_atime_nsec) = (now.tv_sec, now.tv_nsec as u32);
            ((*inode).i_mtime_sec, (*inode).i_mtime_nsec) = (now.tv_sec, now.tv_nsec as u32);
            ((*inode).i_ctime_sec, (*inode).i_ctime_nsec) = (now.tv_sec, now.tv_nsec as u32);
        }
        // INVARIANT: Checked for null, and the count is ours.
        Ok(Self(inode))
    }

    /// The inode, to be read.
    pub(crate) fn as_inode(&self) -> &Inode {
        // SAFETY: By the type invariant; `new_inode()` went through our `->alloc_inode()`.
        unsafe { Inode::from_raw(self.0) }
    }

    fn fields(&mut self) -> &mut raw::inode {
        // SAFETY: By the type invariant the pointer is valid, and nobody else knows the inode yet.
        unsafe { &mut *self.0 }
    }

    /// Sets the mode, type included.
    pub(crate) fn mode(mut self, mode: u16) -> Self {
        self.fields().i_mode = mode;
        self
    }

    /// Sets the inode number.
    pub(crate) fn ino(mut self, ino: u64) -> Self {
        self.fields().i_ino = ino;
        self
    }

    /// Sets the number of links.
    pub(crate) fn nlink(mut self, nlink: u32) -> Self {
        // Not `set_nlink()`: a new inode has a link, and none of ours loses all.
        self.fields().__bindgen_anon_1.__i_nlink = nlink;
        self
    }

    /// Sets the size that stat shows.
    pub(crate) fn size(mut self, size: i64) -> Self {
        self.fields().i_size = size;
        self
    }

    /// Makes the inode one that nothing can be created, linked or removed in.
    pub(crate) fn immutable(mut self) -> Self {
        self.fields().i_flags |= raw::S_IMMUTABLE;
        self
    }

    /// Sets the inode's operations.
    pub(crate) fn ops(mut self, ops: &'static InodeOps) -> Self {
        self.fields().i_op = ops.as_ptr();
        self
    }

    /// Sets the operations of files opened on the inode.
    pub(crate) fn file_ops(mut self, ops: &'static FileOps) -> Self {
        self.fields().__bindgen_anon_3.i_fop = ops.as_ptr();
        self
    }

    /// Sets the tag.
    pub(crate) fn tag(self, tag: Tag) -> Self {
        let word = u32::from(tag.row) | u32::from(tag.scope) << 16;
        // SAFETY: By the invariants of both types; nobody else knows the inode yet.
        unsafe {
            (&raw mut (*self.as_inode().proc_inode()).op)
                .cast::<u32>()
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

    /// Sets the range of addresses that the entry stands for; in the place of a descriptor.
    pub(crate) fn range(self, (start, end): (u64, u64)) -> Self {
        let inode = self.fd(end as u32);
        // `op` is two words long, of which the tag is the first.
        // SAFETY: By the invariants of both types; nobody else knows the inode yet.
        unsafe {
            let ei = inode.as_inode().proc_inode();
            (&raw mut (*ei).op)
                .cast::<u32>()
                .add(1)
                .write((end >> 32) as u32);
            (*inode.0).i_private = core::ptr::without_provenance_mut(start as usize);
        }
        inode
    }

    /// Sets the namespace kind that a link of `ns/` stands for.
    pub(crate) fn ns_kind(self, kind: super::ns::NsKind) -> Self {
        // SAFETY: By the invariants of both types; nobody else knows the inode yet.
        unsafe { (*self.as_inode().proc_inode()).ns_ops = kind.as_ptr() };
        self
    }

    /// Ties the inode to the identity `pid`, which it keeps until it is freed.
    pub(crate) fn pid(self, pid: ARef<Pid>) -> Self {
        // SAFETY: By the invariants of both types; the field was null, and `->free_inode()` gives the count back.
        unsafe { (*self.as_inode().proc_inode()).pid = ARef::into_raw(pid).as_ptr().cast() };
        self
    }

    /// Puts the directory on its pid's list, for the kernel to drop its dentries when the task is reaped.
    ///
    /// Takes `pid->lock`. Call it when the inode is complete, just before [`NewInode::splice`].
    pub(crate) fn attach_to_pid(self) -> Self {
        let ei = self.as_inode().proc_inode();
        // Eviction takes directories alone off the list.
        if u32::from(self.as_inode().mode()) & raw::S_IFMT != raw::S_IFDIR {
            return self;
        }
        // SAFETY: The node is initialised and on no list; `pid` is pinned by the inode; `pid->lock` covers the list, and the
        // eviction removes the node under the same lock. The memory is freed after a grace period.
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
        self
    }

    /// Gives the inode to the dentry that is looked up.
    ///
    /// # Errors
    ///
    /// Those of `d_splice_alias_ops()`.
    pub(crate) fn splice(self, dentry: Lookup<'_>, ops: &'static DentryOps) -> Result<Found> {
        let inode = self.into_raw();
        // SAFETY: The inode's count goes to the function, whatever it returns; the dentry is in lookup, and no default
        // dentry operations are set on our superblocks.
        let res = unsafe { raw::d_splice_alias_ops(inode, dentry.as_ptr(), ops.as_ptr()) };
        kernel::error::from_err_ptr(res).map(Found)
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

    pub(super) fn into_raw(self) -> *mut raw::inode {
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
