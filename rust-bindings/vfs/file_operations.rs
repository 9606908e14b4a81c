// SPDX-License-Identifier: GPL-2.0

//! What a kind of file does: [`FileOperations`], of which `FileOps::of()` makes the table for the
//! VFS.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct file_operations`

use crate::rust_bindings::{
    raw,
    vfs::{
        inode::Inode,
        open_file::File,
        private_data::PrivateData,
        seek::{
            Seek,
            SeekFrom, //
        },
        seq_open::SeqOpen,
        user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use kernel::{
    error::VTABLE_DEFAULT_ERROR,
    iov::IovIterDest,
    prelude::*, //
};

/// What the operations of `T` get of what a file keeps.
pub(crate) type Borrowed<'a, T> = <<T as FileOperations>::Data as PrivateData>::Borrowed<'a>;

/// What a kind of file does.
#[vtable]
pub(crate) trait FileOperations: Sized + 'static {
    /// What a file keeps from its open to its release; `()` for nothing.
    type Data: PrivateData;

    /// How the file can be sought in, if there is no [`FileOperations::llseek`].
    const SEEK: Seek = Seek::Generic;

    /// Whether positions are addresses, of which any is valid (`FOP_UNSIGNED_OFFSET`).
    const UNSIGNED_OFFSET: bool = false;

    /// Whether `pwrite()` gets as far as [`FileOperations::write`]: `seq_open()` forbids it, and so
    /// do files that are like its.
    const PWRITE: bool = true;

    /// The table that a file gets in place of this one if it is opened for writing.
    const WRITABLE: Option<&'static FileOps> = None;

    /// The table that a file of this inode gets in place of this one, whose `->open()` is then
    /// called; for a reader who is to have what somebody else makes of the inode.
    ///
    /// # Errors
    ///
    /// Those of opening it.
    fn hand_over(_inode: &Inode) -> Result<Option<&'static FileOps>> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The seq_file that the file is read through. What the file keeps is in `private` of that
    /// then.
    const SEQ: Option<SeqOpen> = None;

    /// Makes what the file keeps, after asking whether it may be opened at all.
    fn open(_inode: &Inode, _file: &File) -> Result<Self::Data> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(
        _data: Borrowed<'_, Self>,
        _file: &File,
        _buf: &mut UserBuf,
        _pos: &mut i64,
    ) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// As [`FileOperations::read`], and serves `sendfile()` and `splice()` too.
    fn read_iter(
        _data: Borrowed<'_, Self>,
        _file: &File,
        _reader: &mut IovIterDest<'_>,
        _pos: &mut i64,
    ) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Takes what is written at `pos`, and returns how much of it counts as taken.
    fn write(
        _data: Borrowed<'_, Self>,
        _file: &File,
        _from: &mut UserData,
        _pos: &mut i64,
    ) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Sets `pos`, the file's position. It is set after an error, too.
    fn llseek(_data: Borrowed<'_, Self>, _file: &File, _pos: &mut i64, _to: SeekFrom) -> Result {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Answers an ioctl, whose argument is an address for programs of either word size.
    fn ioctl(_data: Borrowed<'_, Self>, _cmd: u32, _arg: usize) -> Result<isize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A table of file operations.
#[repr(transparent)]
pub(crate) struct FileOps(pub(in crate::rust_bindings) raw::file_operations);

// SAFETY: The table is never written.
unsafe impl Sync for FileOps {}

impl FileOps {
    pub(in crate::rust_bindings) fn as_ptr(&'static self) -> *const raw::file_operations {
        &self.0
    }
}
