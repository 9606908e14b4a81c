// SPDX-License-Identifier: GPL-2.0

//! What the kernel's registry has, in an instance with a policy: directories that show some names
//! alone, and files that may be closed for writing.
//!
//! The lookup functions of the kernel make the inodes, and say when an entry is gone and whose it
//! is; see `probe.rs`. What is shown, and what can be written, is for [`Decide`] to say.
//!
//! Locks: those of the kernel's lookup functions.

#[cfg(CONFIG_NET)]
use crate::rust_bindings::procfs::registry::Net;
use crate::rust_bindings::{
    procfs::{
        decide::Decide,
        filter::{
            self,
            Listed,
            Place, //
        },
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
    raw,
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
            SetAttr, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    ffi::c_int,
    prelude::*, //
};

/// What every directory of the registry has for a link count: the registry's own tells of what is
/// hidden.
const NLINK: u32 = 2;

/// Publishes what `dir`, of the kind `S`, has under the name that is looked up.
///
/// # Safety
///
/// `dir` must be a directory of the kind `S`.
unsafe fn lookup<S: Source, D: Decide>(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
    let verdict = D::child(dir, dentry.name()).ok_or(ENOENT)?;
    // SAFETY: The caller promises the kind.
    let mut probed = unsafe { probe::<S>(dir, &dentry) }?;
    let is_dir = matches!(probed.kind, Kind::Entries | Kind::Sys | Kind::Empty);
    if mutant!("hidden: what leads is a directory", verdict.only_directory && !is_dir => false) {
        return Err(ENOENT);
    }
    let inode = probed.inode.word(verdict.word);
    probed.inode = match probed.kind {
        Kind::Entries => inode
            .nlink(mutant!("hidden: link counts", NLINK => NLINK + 1))
            .ops(FilteredDir::<Entries, D>::INODE_OPS)
            .file_ops(FilteredDir::<Entries, D>::FILE_OPS),
        Kind::Sys => inode
            .ops(FilteredDir::<Sys, D>::INODE_OPS)
            .file_ops(FilteredDir::<Sys, D>::FILE_OPS),
        Kind::File => {
            let inode = inode.ops(SealedFile::<Entries, D>::INODE_OPS);
            let path = S::view_path(dir);
            match path.and_then(|path| D::view(dir.super_block(), path, dentry.name())) {
                Some(view) => view.replace(inode),
                None => inode,
            }
        }
        Kind::SysFile => inode.ops(SealedFile::<Sys, D>::INODE_OPS),
        Kind::Empty | Kind::Link => inode,
    };
    if S::IS_SYS {
        probed.inode = probed.inode.ino(D::number(dir, dentry.name()));
    }
    probed.publish(dentry)
}

/// `->permission()`: what is not to be written is refused before anything else is asked.
///
/// # Safety
///
/// As for [`Source::permission`].
unsafe extern "C" fn permission<S: Source, D: Decide>(
    idmap: *mut raw::mnt_idmap,
    inode: *mut raw::inode,
    mask: c_int,
) -> c_int {
    // SAFETY: The caller promises the inode.
    unsafe {
        let may = || D::writable(Inode::from_raw(inode).word());
        if mutant!(
            "policy: what is not listed can't be written",
            mask & raw::MAY_WRITE as c_int != 0 && !may() => false
        ) {
            return EROFS.to_errno();
        }
        S::permission(idmap, inode, mask)
    }
}

/// Whether a listing of `dir` has a name that the kernel's code would list.
fn lists<D: Decide>(dir: &Inode, listed: &Listed<'_>) -> bool {
    mutant!(
        "hidden: listings leave out",
        D::child(dir, listed.name).is_some_and(|verdict| listed.is_dir || !verdict.only_directory)
    )
}

/// A directory of the kind `S`.
struct FilteredDir<S, D>(PhantomData<(S, D)>);

impl<S: Source, D: Decide> FilteredDir<S, D> {
    const INODE_OPS: &'static InodeOps = &InodeOps::of::<Self>()
        .with_permission(permission::<S, D>)
        .with_getattr(S::GETATTR);
    const FILE_OPS: &'static FileOps = &FileOps::directory::<Self>(Seek::Generic);
}

#[vtable]
impl<S: Source, D: Decide> InodeOperations for FilteredDir<S, D> {
    const SETATTR: SetAttr = S::SETATTR;

    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        // SAFETY: The operations of this type are given to directories of the kind alone: above,
        // and by `net_dir()`, whose kind looks at the inode's pid alone.
        unsafe { lookup::<S, D>(dir, dentry) }
    }
}

impl<S: Source, D: Decide> Directory for FilteredDir<S, D> {
    // The kernel's position of the reader, beside its own.
    const COOKIE: bool = true;

    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        if emitter.pos() < 2 {
            // SAFETY: As in `lookup()`.
            unsafe { filter::begins(emitter, |file, ctx| S::iterate(file, ctx)) }?;
        }
        if !emitter.dots() {
            return Ok(());
        }
        let dir = emitter.inode();
        let number = |listed: Listed<'_>| {
            lists::<D>(dir, &listed).then(|| {
                if S::IS_SYS {
                    D::number(dir, listed.name)
                } else {
                    listed.ino
                }
            })
        };
        let place = Place::of(emitter.pos(), emitter.take_cookie());
        // SAFETY: As in `lookup()`.
        let place = unsafe { S::list(emitter, place, number) }?;
        emitter.set_cookie(place.cookie());
        Ok(())
    }
}

/// A file whose entry is of the kind `S`.
struct SealedFile<S, D>(PhantomData<(S, D)>);

impl<S: Source, D: Decide> SealedFile<S, D> {
    const INODE_OPS: &'static InodeOps = &InodeOps::of::<Self>()
        .with_permission(permission::<S, D>)
        .with_getattr(S::GETATTR);
}

#[vtable]
impl<S: Source, D: Decide> InodeOperations for SealedFile<S, D> {
    const SETATTR: SetAttr = SetAttr::Shared;
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

/// Emits the root's entries from `place` on, those that `leave_out` names left out too; see
/// [`registry::list_root`].
///
/// # Errors
///
/// Those of `proc_readdir_de()`.
pub(crate) fn list_root<D: Decide>(
    emitter: &mut DirEmitter<'_>,
    place: Place,
    leave_out: impl Fn(&[u8]) -> bool,
) -> Result<(bool, Place)> {
    let dir = emitter.inode();
    registry::list_root(emitter, place, |listed| {
        (!leave_out(listed.name) && lists::<D>(dir, &listed)).then_some(listed.ino)
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
