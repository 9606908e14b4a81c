// SPDX-License-Identifier: GPL-2.0

//! What the kernel's registry has, in an instance with a policy: directories that show some names
//! alone, and files that may be closed for writing.
//!
//! The lookup functions of the kernel make the inodes, and say when an entry is gone and whose it
//! is; see `probe.rs`. What is shown, and what can be written, is for [`Decide`] to say, who finds
//! the answer for an entry in its inode's word.
//!
//! Locks: those of the kernel's lookup functions; `permission()` does not sleep.

#[cfg(CONFIG_NET)]
use crate::rust_bindings::procfs::registry::Net;
use crate::rust_bindings::{
    procfs::{
        filter::Listed,
        probe::{
            probe,
            Kind, //
        },
        registry::{
            self,
            Entries,
            Root,
            Source, //
        },
        sys::Sys, //
    },
    vfs::{
        dentry::{
            Found,
            Lookup, //
        },
        dir::{
            DirEmitter,
            Directory, //
        },
        file::{
            FileOps,
            Seek, //
        },
        inode::Inode,
        inode_ops::{
            InodeOperations,
            InodeOps,
            Kstat,
            Mask,
            SetAttr, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// What a policy says of a name.
pub(crate) struct Verdict {
    /// The word of the entry's inode.
    pub(crate) word: u64,
    /// It is there for what is below it, and so is not there if it is no directory.
    pub(crate) only_directory: bool,
}

/// What decides.
pub(crate) trait Decide: 'static {
    /// What there is of `name` in a directory, which may be any in an instance with a policy that
    /// is no task's, and the `net` of a task; `None` if nothing.
    fn child(dir: &Inode, name: &[u8]) -> Option<Verdict>;

    /// Whether an entry that [`Decide::child`] has given this word can be written.
    fn writable(word: u64) -> bool;

    /// The inode number of `name` in a directory of `sys`.
    fn number(dir: &Inode, name: &[u8]) -> u64;
}

/// How long a link count is said to be: the registry's tells of what is hidden.
const NLINK: u32 = 2;

/// Refuses to write what is not to be written, before anything else is asked.
fn sealed<D: Decide>(inode: &Inode, mask: Mask) -> Result {
    let refused = mask.write() && !D::writable(inode.word());
    if mutant!("policy: what is not listed can't be written", refused => false) {
        return Err(EROFS);
    }
    Ok(())
}

/// Publishes what `dir`, of the kind `S`, has under the name that is looked up.
///
/// # Safety
///
/// `dir` must be a directory of the kind `S`.
unsafe fn lookup<S: Source, D: Decide>(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
    let verdict = D::child(dir, dentry.name()).ok_or(ENOENT)?;
    // SAFETY: The caller promises the kind.
    let mut probed = unsafe { probe::<S>(dir, dentry.c_name()) }?;
    let is_dir = matches!(probed.kind, Kind::Entries | Kind::Sys | Kind::Empty);
    if mutant!("policy: what leads is a directory", verdict.only_directory && !is_dir => false) {
        return Err(ENOENT);
    }
    let inode = probed.inode.word(verdict.word);
    probed.inode = match probed.kind {
        Kind::Entries => inode
            .nlink(NLINK)
            .ops(FilteredDir::<Entries, D>::INODE_OPS)
            .file_ops(FilteredDir::<Entries, D>::FILE_OPS),
        Kind::Sys => inode
            .ops(FilteredDir::<Sys, D>::INODE_OPS)
            .file_ops(FilteredDir::<Sys, D>::FILE_OPS),
        Kind::File => inode.ops(SealedFile::<Entries, D>::INODE_OPS),
        Kind::SysFile => inode.ops(SealedFile::<Sys, D>::INODE_OPS),
        Kind::Empty | Kind::Link => inode,
    };
    if S::IS_SYS {
        probed.inode = probed.inode.ino(D::number(dir, dentry.name()));
    }
    probed.publish(dentry)
}

/// A directory of the kind `S`.
struct FilteredDir<S, D>(PhantomData<(S, D)>);

impl<S: Source, D: Decide> FilteredDir<S, D> {
    const INODE_OPS: &'static InodeOps = &InodeOps::of::<Self>().with_getattr(S::GETATTR);
    const FILE_OPS: &'static FileOps = &FileOps::directory::<Self>(Seek::Generic);
}

#[vtable]
impl<S: Source, D: Decide> InodeOperations for FilteredDir<S, D> {
    const SETATTR: SetAttr = SetAttr::Shared;

    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        // SAFETY: The operations of this type are given to directories of the kind alone: above,
        // and by `net_dir()`, whose kind looks at the inode's pid alone.
        unsafe { lookup::<S, D>(dir, dentry) }
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        sealed::<D>(inode, mask)?;
        // SAFETY: As above.
        unsafe { S::permission(inode, mask) }
    }

    fn getattr(_inode: &Inode, stat: &mut Kstat) -> Result {
        stat.set_nlink(mutant!("policy: link counts", NLINK => NLINK + 1));
        Ok(())
    }
}

impl<S: Source, D: Decide> Directory for FilteredDir<S, D> {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        if !emitter.dots() {
            return Ok(());
        }
        let dir = emitter.inode();
        let number = |listed: Listed<'_>| {
            let verdict = D::child(dir, listed.name);
            let verdict = verdict.filter(|verdict| listed.is_dir || !verdict.only_directory);
            mutant!("policy: listings leave out", verdict.map(|_| ()) => Some(()))?;
            Some(if S::IS_SYS {
                D::number(dir, listed.name)
            } else {
                listed.ino
            })
        };
        // SAFETY: As in `lookup()`.
        unsafe { S::list(emitter, number) }
    }
}

/// A file whose entry is of the kind `S`.
struct SealedFile<S, D>(PhantomData<(S, D)>);

impl<S: Source, D: Decide> SealedFile<S, D> {
    const INODE_OPS: &'static InodeOps = &InodeOps::of::<Self>().with_getattr(S::GETATTR);
}

#[vtable]
impl<S: Source, D: Decide> InodeOperations for SealedFile<S, D> {
    const SETATTR: SetAttr = SetAttr::Shared;

    fn permission(inode: &Inode, mask: Mask) -> Result {
        sealed::<D>(inode, mask)?;
        // SAFETY: The operations of this type are given to entries of the kind alone.
        unsafe { S::permission(inode, mask) }
    }
}

/// The root's entry under the name that is looked up.
///
/// # Errors
///
/// `ENOENT`, `ENOMEM`.
pub(crate) fn lookup_root<D: Decide>(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
    // SAFETY: The root's functions look at nothing of the directory.
    unsafe { lookup::<Root, D>(dir, dentry) }
}

/// Emits the root's entries from the reader's position on, those that `leave_out` names left out
/// too; false if the reader takes no more.
///
/// # Errors
///
/// Those of `proc_readdir_de()`.
pub(crate) fn list_root<D: Decide>(
    emitter: &mut DirEmitter<'_>,
    leave_out: impl Fn(&[u8]) -> bool,
) -> Result<bool> {
    let dir = emitter.inode();
    registry::list_root(emitter, |listed| {
        if leave_out(listed.name) {
            return None;
        }
        let verdict = D::child(dir, listed.name);
        let verdict = verdict.filter(|verdict| listed.is_dir || !verdict.only_directory);
        mutant!("policy: the root's listing leaves out", verdict.map(|_| ()) => Some(()))?;
        Some(listed.ino)
    })
}

/// The operations of the `net` of a task.
#[cfg(CONFIG_NET)]
pub(crate) fn net_dir<D: Decide>() -> (&'static InodeOps, &'static FileOps) {
    (
        FilteredDir::<Net, D>::INODE_OPS,
        FilteredDir::<Net, D>::FILE_OPS,
    )
}
