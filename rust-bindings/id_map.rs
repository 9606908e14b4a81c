// SPDX-License-Identifier: GPL-2.0

//! The id maps of user namespaces, and whether their members may set groups.
//!
//! The functions of `kernel/user_namespace.c` that show and set them want a seq_file whose `private` is the namespace, and decide
//! by the file's credentials who may set one.
//!
//! C header: [`include/linux/user_namespace.h`](srctree/include/linux/user_namespace.h)

use super::{
    cred::UserNamespace,
    file::{
        File,
        FileOps, //
    },
    inode::Inode,
    raw, //
};
use core::ptr::NonNull;
use kernel::{
    error::{
        from_result,
        to_result, //
    },
    ffi::c_int,
    prelude::*,
    sync::aref::ARef, //
};

/// Which user namespace a file is about.
pub(crate) trait Subject {
    /// Finds it when the file is opened, and decides whether it may be opened at all; `writable` says whether for writing.
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>>;
}

/// A file about a user namespace.
#[derive(Clone, Copy)]
pub(crate) enum IdMap {
    /// `uid_map`.
    Uid,
    /// `gid_map`.
    Gid,
    /// `projid_map`.
    Projid,
    /// `setgroups`.
    Setgroups,
}

impl FileOps {
    /// A file about a user namespace, shaped like `proc_uid_map_operations`.
    pub(crate) const fn id_map<T: Subject>(map: IdMap) -> Self {
        let mut ops = raw::file_operations {
            read: Some(raw::seq_read),
            llseek: Some(raw::seq_lseek),
            release: Some(release),
            ..pin_init::zeroed()
        };
        match map {
            IdMap::Uid => {
                ops.open = Some(open_uid::<T>);
                ops.write = Some(raw::proc_uid_map_write);
            }
            IdMap::Gid => {
                ops.open = Some(open_gid::<T>);
                ops.write = Some(raw::proc_gid_map_write);
            }
            IdMap::Projid => {
                ops.open = Some(open_projid::<T>);
                ops.write = Some(raw::proc_projid_map_write);
            }
            IdMap::Setgroups => {
                ops.open = Some(open_setgroups::<T>);
                ops.write = Some(raw::proc_setgroups_write);
                ops.release = Some(release_setgroups);
            }
        }
        Self(ops)
    }
}

/// Opens with a namespace: `start` makes the seq_file, whose `private` then holds the count.
///
/// # Safety
///
/// `inode` and `file` must be what the VFS passed to `->open()` for an inode of this module.
unsafe fn open<T: Subject>(
    inode: *mut raw::inode,
    file: *mut raw::file,
    start: impl FnOnce(*mut raw::file) -> c_int,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises it.
        let (inode, f) = unsafe { (Inode::from_raw(inode), File::from_raw(file)) };
        let ns = T::open(inode, f.is_writable())?;
        to_result(start(file))?;
        // SAFETY: `start` left a seq_file in the file; the release gives the count back.
        unsafe {
            (*(*file).private_data.cast::<raw::seq_file>()).private =
                ARef::into_raw(ns).as_ptr().cast();
        }
        Ok(0)
    })
}

macro_rules! open_map {
    ($name:ident, $table:path) => {
        /// `->open()`.
        ///
        /// # Safety
        ///
        /// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
        unsafe extern "C" fn $name<T: Subject>(
            inode: *mut raw::inode,
            file: *mut raw::file,
        ) -> c_int {
            // SAFETY: The VFS passes both; the table is a constant of the kernel.
            unsafe { open::<T>(inode, file, |file| raw::seq_open(file, &raw const $table)) }
        }
    };
}

open_map!(open_uid, raw::proc_uid_seq_operations);
open_map!(open_gid, raw::proc_gid_seq_operations);
open_map!(open_projid, raw::proc_projid_seq_operations);

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn open_setgroups<T: Subject>(
    inode: *mut raw::inode,
    file: *mut raw::file,
) -> c_int {
    // SAFETY: The VFS passes both; the function takes the namespace from `private`, which is set before the first read.
    unsafe {
        open::<T>(inode, file, |file| {
            raw::single_open(file, Some(raw::proc_setgroups_show), core::ptr::null_mut())
        })
    }
}

/// Gives back the namespace that an open left in the seq_file, after `end` is done with the file.
///
/// # Safety
///
/// `file` must be one that [`open`] opened, and be used by nobody else any more.
unsafe fn close(file: *mut raw::file, end: impl FnOnce() -> c_int) -> c_int {
    // SAFETY: The caller promises it.
    let ns = unsafe { (*(*file).private_data.cast::<raw::seq_file>()).private };
    let result = end();
    if let Some(ns) = NonNull::new(ns.cast::<UserNamespace>()) {
        // SAFETY: The count is handed over.
        drop(unsafe { ARef::from_raw(ns) });
    }
    result
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn release(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more.
    unsafe { close(file, || raw::seq_release(inode, file)) }
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn release_setgroups(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more.
    unsafe { close(file, || raw::single_release(inode, file)) }
}
