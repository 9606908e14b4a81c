// SPDX-License-Identifier: GPL-2.0

//! `sys`: the kernel's own operations for sysctls, on superblocks of this module, and listings with
//! names left out.
//!
//! The operations are learned from a directory: files and directories of `sys` share those used
//! here. Its listing makes an inode for each name, left out or not, below the dentry of the open
//! directory. So it is given another one: a shadow of the directory, below the superblock's second
//! root, which nothing leads to. Shadows and what is below them stay in the cache, as in procfs,
//! until memory is wanted elsewhere.
//!
//! Locks: those of the kernel's functions (`sysctl_lock`, a leaf).
//!
//! C source: [`fs/proc/proc_sysctl.c`](srctree/fs/proc/proc_sysctl.c)

use crate::rust_bindings::{
    procfs::{
        filter::{
            self,
            Listed,
            Place, //
        },
        new_inode::NewInode,
        registry::Source, //
    },
    raw,
    vfs::{
        dentry::DentryOps,
        dir::DirEmitter,
        inode::Inode,
        inode_ops::GetAttr, //
    }, //
};
use core::{
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    }, //
};
use kernel::{
    error::from_err_ptr,
    ffi::{
        c_char,
        c_int,
        c_uint, //
    },
    prelude::*, //
};

/// The operations of inodes of directories of `sys`.
static DIR_OPS: AtomicPtr<raw::inode_operations> = AtomicPtr::new(ptr::null_mut());
/// Those of open directories.
static DIR_FILE_OPS: AtomicPtr<raw::file_operations> = AtomicPtr::new(ptr::null_mut());

/// Keeps the operations of `dir`.
///
/// # Safety
///
/// `dir` must be `sys`, as the kernel's code has made it.
pub(super) unsafe fn learn(dir: &Inode) {
    // SAFETY: The inode is valid, and nobody has changed its operations.
    unsafe {
        let dir = dir.as_ptr();
        let file_ops = (*dir).__bindgen_anon_3.i_fop;
        DIR_FILE_OPS.store(file_ops.cast_mut(), Ordering::Release);
        DIR_OPS.store((*dir).i_op.cast_mut(), Ordering::Release);
    }
}

/// The operations of inodes of directories of `sys`, for comparison; null before they are known.
pub(super) fn dir_ops() -> *const raw::inode_operations {
    DIR_OPS.load(Ordering::Acquire)
}

fn known() -> Option<&'static raw::inode_operations> {
    // SAFETY: Null, or a constant table of the kernel.
    unsafe { DIR_OPS.load(Ordering::Acquire).as_ref() }
}

/// A directory of `sys`.
pub(super) enum Sys {}

impl Source for Sys {
    const IS_SYS: bool = true;
    const GETATTR: Option<GetAttr> = Some(getattr);

    unsafe fn lookup(dir: *mut raw::inode, dentry: *mut raw::dentry) -> *mut raw::dentry {
        match known().and_then(|ops| ops.lookup) {
            // SAFETY: The caller promises a directory of `sys`.
            Some(lookup) => unsafe { lookup(dir, dentry, 0) },
            None => ENOENT.to_ptr(),
        }
    }

    unsafe fn iterate(file: *mut raw::file, ctx: *mut raw::dir_context) -> c_int {
        // SAFETY: Null, or a constant table of the kernel.
        let ops = unsafe { DIR_FILE_OPS.load(Ordering::Acquire).as_ref() };
        match ops.and_then(|ops| ops.iterate_shared) {
            // SAFETY: The caller promises a directory of `sys`.
            Some(iterate) => unsafe { iterate(file, ctx) },
            None => ENOENT.to_errno(),
        }
    }

    unsafe fn list(
        emitter: &mut DirEmitter<'_>,
        place: Place,
        number: impl Fn(Listed<'_>) -> Option<u64>,
    ) -> Result<Place> {
        let dir = emitter.inode();
        let shadow = shadow(dir)?;
        let mut file = pin_init::zeroed::<raw::file>();
        file.f_inode = dir.as_ptr();
        // SAFETY: The file is never opened; of a file, the kernel's function reads these two
        // fields. The directory is open, and the shadow counted, for the call.
        let res = unsafe {
            file.__bindgen_anon_1.__f_path.dentry = shadow;
            let file = &raw mut file;
            let res = filter::list(emitter, place, number, |_, ctx| Self::iterate(file, ctx));
            raw::dput(shadow);
            res
        };
        res.map(|(_, place)| place)
    }

    /// `proc_sys_permission()`.
    #[inline]
    unsafe fn permission(idmap: *mut raw::mnt_idmap, inode: *mut raw::inode, mask: c_int) -> c_int {
        match known().and_then(|ops| ops.permission) {
            // SAFETY: The caller promises an entry of `sys`.
            Some(permission) => unsafe { permission(idmap, inode, mask) },
            None => EACCES.to_errno(),
        }
    }
}

/// `proc_sys_getattr()`, in the place of `->getattr()`.
///
/// # Safety
///
/// As for `->getattr()`; the path must lead to an inode that the kernel's code has made for an
/// entry of `sys`.
pub(super) unsafe extern "C" fn getattr(
    idmap: *mut raw::mnt_idmap,
    path: *const raw::path,
    stat: *mut raw::kstat,
    request_mask: u32,
    query_flags: u32,
) -> c_int {
    match known().and_then(|ops| ops.getattr) {
        // SAFETY: The caller promises all of it.
        Some(getattr) => unsafe { getattr(idmap, path, stat, request_mask, query_flags) },
        None => ENOENT.to_errno(),
    }
}

/// Takes a dentry that has just been given its inode out of the dcache, if the entry was
/// unregistered meanwhile: whoever did that has looked for its dentries, and found none.
///
/// # Safety
///
/// `dentry` must be valid, counted, and lead to an inode that the kernel's code has made for an
/// entry of `sys`.
pub(super) unsafe fn forget_if_gone(dentry: *mut raw::dentry) {
    // SAFETY: The caller promises the dentry. Its inode is off the list of the entry's inodes
    // before the other looks for dentries, under `i_lock`, which we had when it got this one.
    unsafe {
        let ei = Inode::from_raw((*dentry).d_inode).proc_inode();
        let listed = &raw const (*ei).sibling_inodes.pprev;
        // `sys` itself is of the registry, and on no list.
        if !(*ei).sysctl.is_null() && listed.read_volatile().is_null() {
            raw::d_invalidate(dentry);
        }
    }
}

/// The dentries of shadows: what is below one belongs to the namespaces of whoever lists.
static SHADOW: DentryOps = DentryOps::comparing(compare);

/// `->d_compare()` of a shadow: as below a directory of `sys`.
///
/// # Safety
///
/// As for `->d_compare()`; `dentry` must be below a shadow, and so one that the kernel's code has
/// made for an entry of `sys`.
unsafe extern "C" fn compare(
    dentry: *const raw::dentry,
    len: c_uint,
    text: *const c_char,
    name: *const raw::qstr,
) -> c_int {
    // SAFETY: The caller promises it. A dentry that is in lookup has no operations yet; the
    // kernel's says of it that any of the name may be the one.
    unsafe {
        let ops = (&raw const (*dentry).d_op).read_volatile();
        match ops.as_ref().and_then(|ops| ops.d_compare) {
            Some(compare) => compare(dentry, len, text, name),
            None => raw::proc2_compare_names(len, text, name),
        }
    }
}

/// The shadow of a directory, with a count for the caller.
///
/// # Errors
///
/// `ENOMEM`.
fn shadow(dir: &Inode) -> Result<*mut raw::dentry> {
    let workshop = dir.super_block().workshop();
    if workshop.is_null() {
        return Err(ENOENT);
    }
    // No entry's name begins so.
    let mut name = *b"/0000000000000000";
    for (place, shift) in name.iter_mut().skip(1).zip((0..16).rev()) {
        *place = b'a' + (dir.ino() >> (4 * shift) & 15) as u8;
    }
    // SAFETY: The root of shadows is a valid dentry with an inode as long as the superblock lives,
    // which `dir` is on. What `d_alloc_parallel()` gives has a count that is ours; one in lookup is
    // ours to fill, and to be said done with.
    unsafe {
        let mut qstr = pin_init::zeroed::<raw::qstr>();
        qstr.name = name.as_ptr();
        qstr.__bindgen_anon_1.__bindgen_anon_1.len = name.len() as u32;
        qstr.__bindgen_anon_1.__bindgen_anon_1.hash =
            raw::full_name_hash(workshop.cast(), name.as_ptr().cast(), name.len() as c_uint);
        let dentry = from_err_ptr(raw::d_alloc_parallel(workshop, &qstr))?;
        if !raw::proc2_d_in_lookup(dentry) {
            return Ok(dentry);
        }
        let added = NewInode::new(dir.super_block()).and_then(|inode| {
            let inode = inode.mode(0o040_000).into_raw();
            from_err_ptr(raw::d_splice_alias_ops(inode, dentry, SHADOW.as_ptr()))
        });
        raw::proc2_d_lookup_done(dentry);
        match added {
            Ok(_) => Ok(dentry),
            Err(err) => {
                raw::dput(dentry);
                Err(err)
            }
        }
    }
}
