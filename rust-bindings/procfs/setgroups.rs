// SPDX-License-Identifier: GPL-2.0

//! Whether the members of user namespaces may set groups.
//!
//! As with [`crate::rust_bindings::procfs::id_map`], the kernel's functions want a seq_file, which
//! a file has that is open for writing. Another keeps the namespace and what a read leaves behind
//! in a few words of its own.
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
            Format, //
        },
        record_state::Word, //
    },
    raw,
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps,
            SeekFrom, //
        },
        inode::Inode,
        seq_open::SeqOpen,
        user::UserBuf, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
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
    word: Word,
    ns: ARef<UserNamespace>,
}

/// The record of a [`Setgroups`], of a namespace.
struct RecordOf<'a, T>(&'a UserNamespace, PhantomData<T>);

impl<T: Setgroups> Format for RecordOf<'_, T> {
    fn show(&self, buf: &mut [u8]) -> Result<usize> {
        // SAFETY: The namespace is valid.
        let flags = unsafe { raw::proc2_user_ns_flags(self.0.as_ptr()) };
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
            word: Word::new(),
            ns: T::open(inode, false)?,
        };
        Ok(KBox::new(kept, GFP_KERNEL_ACCOUNT)?)
    }

    fn read(kept: &Kept, _file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        record::read(&kept.word, &RecordOf::<T>(&kept.ns, PhantomData), buf, pos)
    }

    fn llseek(kept: &Kept, _file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        record::llseek(&kept.word, &RecordOf::<T>(&kept.ns, PhantomData), pos, to)
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
