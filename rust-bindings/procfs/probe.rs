// SPDX-License-Identifier: GPL-2.0

//! Entries that the kernel's own code makes and that nobody can find yet.
//!
//! A lookup function of the kernel gives an inode to the dentry that it is asked with, and with
//! that to everybody. So it is asked with one below the superblock's second root, which nothing
//! leads to. The inode is then taken off that dentry, given operations of ours, and published.
//!
//! Locks: those of the kernel's lookup functions.
//!
//! C headers: [`fs/proc/internal.h`](srctree/fs/proc/internal.h),
//! [`include/linux/dcache.h`](srctree/include/linux/dcache.h)

use crate::rust_bindings::{
    procfs::{
        new_inode::NewInode,
        registry::{
            Root,
            Source, //
        },
        sys, //
    },
    raw,
    vfs::{
        dentry::{
            DentryOps,
            Found,
            Lookup, //
        },
        inode::Inode, //
    }, //
};
use core::sync::atomic::{
    AtomicPtr,
    Ordering, //
};
use kernel::{
    error::from_err_ptr,
    prelude::*, //
};

/// What an entry is, as far as it matters who finds and lists what is below it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A directory of the registry.
    Entries,
    /// A directory of `sys`.
    Sys,
    /// A file of the registry.
    File,
    /// A file of `sys`.
    SysFile,
    /// A directory in which nothing can ever be (`sys/fs/binfmt_misc`, `fs/nfsd`): the kernel's
    /// operations stay.
    Empty,
    /// A link: the same.
    Link,
}

/// An entry that nobody can find yet.
pub(super) struct Probed {
    /// Its inode.
    pub(super) inode: NewInode,
    /// What it is.
    pub(super) kind: Kind,
    ops: &'static DentryOps,
    unmountable: bool,
}

/// The operations that inodes of registered directories have.
static DIR_OPS: AtomicPtr<raw::inode_operations> = AtomicPtr::new(core::ptr::null_mut());

/// Whether an inode that the kernel's code has just made is of a kind that is known here. What
/// would be a way past the policy is not.
///
/// # Safety
///
/// `inode` must be valid, on a superblock of this module, and nobody else may change it.
unsafe fn kind(inode: *mut raw::inode) -> Option<Kind> {
    // SAFETY: The caller promises it; operations are constants of the kernel.
    unsafe {
        let ei = Inode::from_raw(inode).proc_inode();
        let ops = (*inode).i_op;
        let (of_registry, of_sys) = (!(*ei).pde.is_null(), !(*ei).sysctl.is_null());
        match u32::from((*inode).i_mode) & raw::S_IFMT {
            raw::S_IFLNK if of_registry => Some(Kind::Link),
            raw::S_IFDIR if ops == sys::dir_ops() => Some(Kind::Sys),
            // `make_empty_dir_inode()`: the only other one that there is in `sys`.
            raw::S_IFDIR if of_sys => Some(Kind::Empty),
            raw::S_IFDIR if of_registry && ops == DIR_OPS.load(Ordering::Acquire) => {
                Some(Kind::Entries)
            }
            // `is_empty_pde()`: a place to mount something on, in which nothing can be either.
            raw::S_IFDIR if of_registry && (*(*ei).pde).proc_iops.is_null() => Some(Kind::Empty),
            raw::S_IFREG if of_sys => Some(Kind::SysFile),
            // A check of its own would be lost.
            raw::S_IFREG if of_registry && (*ops).permission.is_none() => Some(Kind::File),
            _ => None,
        }
    }
}

/// The inode that a lookup function of the kernel makes for `name`, and what it says of dentries.
///
/// # Safety
///
/// `dir` must be a directory of the kind `S`, and `workshop` the second root of its superblock.
unsafe fn make<S: Source>(
    dir: *mut raw::inode,
    workshop: *mut raw::dentry,
    name: &raw::qstr,
) -> Result<(NewInode, *const raw::dentry_operations, bool)> {
    // SAFETY: The caller promises both. The dentry is new, known to nobody, and its count is ours;
    // the kernel's functions give it the inode and return null, or they fail.
    unsafe {
        // The name's hash is another parent's: nobody looks for the dentry by it.
        let dentry = raw::d_alloc(workshop, name);
        if dentry.is_null() {
            return Err(ENOMEM);
        }
        let found = from_err_ptr(S::lookup(dir, dentry));
        let inode = (*dentry).d_inode;
        let made = match found {
            Ok(found) if found.is_null() && !inode.is_null() => {
                raw::ihold(inode);
                // INVARIANT: Checked for null, and the count is ours.
                Ok(NewInode::from_raw(inode))
            }
            Ok(_) => Err(ENOENT),
            Err(err) => Err(err),
        };
        let (ops, flags) = ((*dentry).d_op, (*dentry).d_flags);
        raw::d_drop(dentry);
        raw::dput(dentry);
        let inode = made?;
        // Whoever takes the entry out of the registry looks for its dentries, and may have the one
        // that was ours: it goes away.
        if inode.has_dentry() {
            return Err(ENOENT);
        }
        Ok((inode, ops, flags & raw::proc2_DCACHE_CANT_MOUNT != 0))
    }
}

/// Makes the entry `name` of `dir`.
///
/// # Errors
///
/// `ENOENT` if there is none, or one that the operations here know nothing of; `ENOMEM`.
///
/// # Safety
///
/// `dir` must be a directory of the kind `S`.
pub(super) unsafe fn probe<S: Source>(dir: &Inode, name: &Lookup<'_>) -> Result<Probed> {
    let workshop = dir.super_block().workshop();
    if workshop.is_null() {
        return Err(ENOENT);
    }
    // SAFETY: The caller promises the kind; the inode is ours until it is published. The kernel's
    // tables of dentry operations are constants.
    unsafe {
        let (inode, ops, unmountable) = make::<S>(dir.as_ptr(), workshop, name.qstr())?;
        Ok(Probed {
            kind: kind(inode.as_inode().as_ptr()).ok_or(ENOENT)?,
            ops: DentryOps::from_kernel(ops).ok_or(ENOENT)?,
            unmountable,
            inode,
        })
    }
}

impl Probed {
    /// Gives the entry to the dentry that is looked up, with the kernel's dentry operations: it is
    /// for them to say that the entry is gone, or not of the reader's namespaces.
    ///
    /// # Errors
    ///
    /// Those of `d_splice_alias_ops()`.
    pub(super) fn publish(self, dentry: Lookup<'_>) -> Result<Found> {
        let Self {
            inode,
            kind,
            ops,
            unmountable,
        } = self;
        let public = dentry.as_ptr();
        let found = if unmountable {
            inode.splice_unmountable(dentry, ops)
        } else {
            inode.splice(dentry, ops)
        }?;
        if matches!(kind, Kind::Sys | Kind::SysFile) {
            // SAFETY: The caller of `->lookup()` has a count of the dentry, which is of an entry of
            // `sys` now.
            unsafe { sys::forget_if_gone(public) };
        }
        Ok(found)
    }
}

/// A name for [`make`], with a zero byte behind it.
fn qstr(name: &'static [u8]) -> raw::qstr {
    let mut qstr = pin_init::zeroed::<raw::qstr>();
    qstr.name = name.as_ptr();
    qstr.__bindgen_anon_1.__bindgen_anon_1.len = name.len().saturating_sub(1) as u32;
    qstr
}

/// Learns which operations the registry's and `sys`'s directories have, from one of each, on a
/// superblock with this inode, any of it.
///
/// # Errors
///
/// `ENOMEM`; `ENOENT` if the registry has no directory `fs`, which is its first.
pub(super) fn learn(root: &Inode) -> Result {
    if !DIR_OPS.load(Ordering::Acquire).is_null() && !sys::dir_ops().is_null() {
        return Ok(());
    }
    let workshop = root.super_block().workshop();
    if workshop.is_null() {
        return Err(EINVAL);
    }
    // SAFETY: Each of these is asked at the root, and looked at alone.
    unsafe {
        let (fs, ..) = make::<Root>(root.as_ptr(), workshop, &qstr(b"fs\0"))?;
        DIR_OPS.store((*fs.as_inode().as_ptr()).i_op.cast_mut(), Ordering::Release);
        match make::<Root>(root.as_ptr(), workshop, &qstr(b"sys\0")) {
            Ok((sys, ..)) => sys::learn(sys.as_inode()),
            // Without CONFIG_SYSCTL.
            Err(err) if err == ENOENT => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}
