// SPDX-License-Identifier: GPL-2.0

//! Files whose single record one of the kernel's own formatters writes, through a seq_file.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h)

use crate::rust_bindings::{
    procfs::record::Record,
    vfs::{
        file::{
            File,
            FileOps,
            Write, //
        },
        inode::Inode,
        seq::SeqFile, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    page::PAGE_SIZE,
    prelude::*, //
};

/// Writes a file's single record.
pub(crate) trait SeqShow: 'static {
    /// Whether most records are longer than what [`Record`] calls small.
    const LONG: bool = false;

    /// Called at each read from the beginning.
    fn show(seq: &SeqFile, file: &File, inode: &Inode) -> Result;
}

/// The size to try after `size`: seq_file's sizes, and below a megabyte each second one of them. A formatter does not say how long
/// its record is, and formatting what is lost costs more than room that is not used.
fn larger(size: usize) -> usize {
    match size {
        0..PAGE_SIZE => PAGE_SIZE,
        PAGE_SIZE..0x10_0000 => size.saturating_mul(4),
        _ => size.saturating_mul(2),
    }
}

/// The record of a [`SeqShow`].
struct SeqRecord<T>(PhantomData<T>);

impl<T: SeqShow> Record for SeqRecord<T> {
    const LONG: bool = T::LONG;

    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let size = buf.len();
        let len = SeqFile::over(buf, file, |seq| T::show(seq, file, inode))?;
        Ok(len.unwrap_or(larger(size)))
    }
}

impl FileOps {
    /// A single record that one of the kernel's own formatters writes into a seq_file.
    pub(crate) const fn seq<T: SeqShow>() -> Self {
        Self::record::<SeqRecord<T>>()
    }

    /// As [`FileOps::seq`], for a file that can be written, shaped like `proc_pid_sched_operations`.
    pub(crate) const fn seq_with_write<T: SeqShow + Write>() -> Self {
        Self::record_with_write_of::<SeqRecord<T>, T>()
    }
}
