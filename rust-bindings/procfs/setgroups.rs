// SPDX-License-Identifier: GPL-2.0

//! Whether the members of user namespaces may set groups.
//!
//! As with [`crate::rust_bindings::procfs::id_map`], the kernel's functions want a seq_file, which a file has that is open for writing. Another keeps the
//! namespace and what a read leaves behind in a few words of its own.
//!
//! Locks: none: it is one bit.
//!
//! C header: [`include/linux/user_namespace.h`](srctree/include/linux/user_namespace.h)

use crate::rust_bindings::{
    credentials::cred::UserNamespace,
    procfs::{
        id_map::{
            close,
            open_seq,
            Subject, //
        },
        record::{
            self,
            Place,
            Record, //
        }, //
    },
    raw,
    vfs::{
        file::{
            File,
            FileOps, //
        },
        inode::Inode, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr,
    sync::atomic::AtomicPtr, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    error::from_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// A file that shows whether the members of a namespace may set groups.
pub(crate) trait Setgroups: Subject {
    /// Writes the record into `buf`, as much as fits, and returns its length.
    fn show(allowed: bool, buf: &mut [u8]) -> usize;
}

impl FileOps {
    /// Whether the members of a namespace may set groups, shaped like `proc_setgroups_operations`.
    pub(crate) const fn setgroups<T: Setgroups>() -> Self {
        Self(raw::file_operations {
            open: Some(open_setgroups::<T>),
            read: Some(record::read::<SetgroupsRecord<T>, InKept>),
            llseek: Some(record::llseek::<SetgroupsRecord<T>, InKept>),
            release: Some(release_setgroups),
            ..pin_init::zeroed()
        })
    }
}

/// What a file keeps that shows whether groups may be set.
struct Kept {
    /// What a read leaves behind.
    word: AtomicPtr<c_void>,
    ns: ARef<UserNamespace>,
}

/// # Safety
///
/// `file` must be one that [`open_setgroups`] opened for reading alone.
unsafe fn kept(file: &File) -> &Kept {
    // SAFETY: The caller promises it; the box lives as long as the file.
    unsafe { &*(*file.as_ptr()).private_data.cast() }
}

/// In the box that `private_data` leads to.
struct InKept;

// SAFETY: It is for files that `open_setgroups()` opened alone, in a box of their own with null in it.
unsafe impl Place for InKept {
    #[inline]
    fn word(file: &File) -> &AtomicPtr<c_void> {
        // SAFETY: As above.
        unsafe { &kept(file).word }
    }
}

/// The record of a [`Setgroups`].
struct SetgroupsRecord<T>(PhantomData<T>);

impl<T: Setgroups> Record for SetgroupsRecord<T> {
    fn show(file: &File, _inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        // SAFETY: The record is only of files that `open_setgroups()` opened for reading alone. One word, read in one load.
        let flags = unsafe {
            let ns = kept(file).ns.as_ptr();
            (&raw const (*ns).flags).read_volatile()
        };
        let allowed = flags & raw::USERNS_SETGROUPS_ALLOWED as usize != 0;
        Ok(T::show(allowed, buf))
    }
}

/// The table of such a file that is open for writing.
const WRITABLE: &FileOps = &FileOps(raw::file_operations {
    read: Some(raw::seq_read),
    write: Some(raw::proc_setgroups_write),
    llseek: Some(raw::seq_lseek),
    release: Some(release_seq_setgroups),
    ..pin_init::zeroed()
});

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`FileOps::setgroups`] made.
unsafe extern "C" fn open_setgroups<T: Subject>(
    inode: *mut raw::inode,
    file: *mut raw::file,
) -> c_int {
    // SAFETY: The VFS passes both, and nobody else knows the file yet. The file's own table until now has a function for opening
    // alone that the other lacks; the kernel's function takes the namespace from `private`, which is set before the first read.
    unsafe {
        if File::from_raw(file).is_writable() {
            (*file).f_op = WRITABLE.as_ptr();
            return open_seq::<T>(inode, file, |file| {
                raw::single_open(file, Some(raw::proc_setgroups_show), ptr::null_mut())
            });
        }
        from_result(|| {
            let kept = KBox::new(
                Kept {
                    word: AtomicPtr::new(ptr::null_mut()),
                    ns: T::open(Inode::from_raw(inode), false)?,
                },
                GFP_KERNEL_ACCOUNT,
            )?;
            (*file).private_data = KBox::into_raw(kept).cast();
            record::open(inode, file);
            Ok(0)
        })
    }
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`FileOps::setgroups`] made.
unsafe extern "C" fn release_setgroups(_inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more; the box is the one that `open_setgroups()` left.
    unsafe {
        record::forget_rest::<InKept>(File::from_raw(file));
        drop(KBox::from_raw((*file).private_data.cast::<Kept>()));
    }
    0
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`WRITABLE`] is.
unsafe extern "C" fn release_seq_setgroups(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more.
    unsafe { close(file, || raw::single_release(inode, file)) }
}
