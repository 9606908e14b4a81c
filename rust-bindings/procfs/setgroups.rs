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
        id_map::Subject,
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
            FileOperations,
            FileOps,
            SeekFrom, //
        },
        file_operations::SeqOpen,
        inode::Inode,
        user::UserBuf, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr,
    sync::atomic::AtomicPtr, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    ffi::c_void,
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
        Self::of::<SetgroupsFile<T>>()
    }
}

/// What a file keeps that shows whether groups may be set.
struct Kept {
    /// What a read leaves behind.
    word: AtomicPtr<c_void>,
    ns: ARef<UserNamespace>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        record::forget(&self.word);
    }
}

/// # Safety
///
/// `file` must be an open [`SetgroupsFile`].
unsafe fn kept(file: &File) -> &Kept {
    // SAFETY: The caller promises it; the box lives as long as the file.
    unsafe { &*(*file.as_ptr()).private_data.cast() }
}

/// In the box that `private_data` leads to.
struct InKept;

// SAFETY: It is for open `SetgroupsFile`s, which keep a box of their own with null in it.
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
        // SAFETY: The record is only of open `SetgroupsFile`s. One word, read in one load.
        let flags = unsafe {
            let ns = kept(file).ns.as_ptr();
            (&raw const (*ns).flags).read_volatile()
        };
        let allowed = flags & raw::USERNS_SETGROUPS_ALLOWED as usize != 0;
        Ok(T::show(allowed, buf))
    }
}

/// A file that shows whether groups may be set.
struct SetgroupsFile<T>(PhantomData<T>);

#[vtable]
impl<T: Setgroups> FileOperations for SetgroupsFile<T> {
    type Data = KBox<Kept>;

    const PWRITE: bool = false;
    const WRITABLE: Option<&'static FileOps> = Some(WritableSetgroups::<T>::OPS);

    fn open(inode: &Inode, _file: &File) -> Result<Self::Data> {
        let kept = Kept {
            word: AtomicPtr::new(ptr::null_mut()),
            ns: T::open(inode, false)?,
        };
        Ok(KBox::new(kept, GFP_KERNEL_ACCOUNT)?)
    }

    fn read(_kept: &Kept, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        record::do_read::<SetgroupsRecord<T>, InKept>(file, buf, pos)
    }

    fn llseek(_kept: &Kept, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        record::llseek::<SetgroupsRecord<T>, InKept>(file, pos, to)
    }
}

/// The same that is open for writing.
struct WritableSetgroups<T>(PhantomData<T>);

impl<T: Setgroups> WritableSetgroups<T> {
    const OPS: &'static FileOps = &{
        let mut ops = FileOps::of::<Self>();
        ops.0.write = Some(raw::proc_setgroups_write);
        ops
    };
}

#[vtable]
impl<T: Setgroups> FileOperations for WritableSetgroups<T> {
    type Data = ARef<UserNamespace>;

    const SEQ: Option<SeqOpen> = Some(
        // SAFETY: The function takes `private` for a user namespace.
        unsafe { SeqOpen::single(raw::proc_setgroups_show) },
    );

    fn open(inode: &Inode, _file: &File) -> Result<Self::Data> {
        T::open(inode, true)
    }
}
