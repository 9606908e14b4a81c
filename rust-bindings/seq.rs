// SPDX-License-Identifier: GPL-2.0

//! Files whose single record one of the kernel's own formatters writes into a seq_file.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h)

use super::{
    inode::Inode,
    raw, //
};
use kernel::{
    error::from_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    types::Opaque, //
};

/// The kernel's `struct seq_file` while a record is written into it.
#[repr(transparent)]
pub(crate) struct SeqFile(Opaque<raw::seq_file>);

impl SeqFile {
    pub(super) fn as_ptr(&self) -> *mut raw::seq_file {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid seq_file for the lifetime `'a`, locked for the caller.
    pub(super) unsafe fn from_raw<'a>(ptr: *const raw::seq_file) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// Appends `text`; what does not fit makes seq_file start again with a larger buffer.
    pub(crate) fn write(&self, text: &[u8]) {
        // SAFETY: The seq_file is valid and ours for the time of the record.
        unsafe { raw::seq_write(self.as_ptr(), text.as_ptr().cast(), text.len()) };
    }

    /// Lets `fill` write into the buffer's free rest and return the length of the whole text, which is lost if it is longer.
    #[inline]
    pub(crate) fn fill(&self, fill: impl FnOnce(&mut [u8]) -> usize) {
        // SAFETY: The seq_file is valid and ours for the time of the record, and `count` is not above `size`. The buffer is
        // memory of the kernel's, which holds some value in each byte.
        unsafe {
            let m = self.as_ptr();
            let (count, size) = ((*m).count, (*m).size);
            let rest =
                core::slice::from_raw_parts_mut((*m).buf.add(count).cast::<u8>(), size - count);
            (*m).count = count.saturating_add(fill(rest)).min(size);
        }
    }

    /// Whether text was lost, so that more of it is wasted work.
    pub(crate) fn overflowed(&self) -> bool {
        // SAFETY: The seq_file is valid.
        unsafe { raw::proc2_seq_has_overflowed(self.as_ptr()) }
    }
}

/// Writes a file's single record.
pub(crate) trait SeqShow {
    /// Called at each read from the beginning, with the seq_file's lock held.
    fn show(seq: &SeqFile, inode: &Inode) -> Result;
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file that `open()` prepared.
pub(super) unsafe extern "C" fn open<T: SeqShow>(
    inode: *mut raw::inode,
    file: *mut raw::file,
) -> c_int {
    // SAFETY: The VFS passes both for this call; the open file pins the inode as long as `show()` can be called.
    unsafe { raw::single_open(file, Some(show::<T>), inode.cast()) }
}

/// `show()` of `single_open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file that `open()` prepared.
unsafe extern "C" fn show<T: SeqShow>(m: *mut raw::seq_file, _v: *mut c_void) -> c_int {
    // SAFETY: seq_file passes a valid `m`, whose `private` is the inode that `open()` gave it.
    let (seq, inode) = unsafe { (SeqFile::from_raw(m), Inode::from_raw((*m).private.cast())) };
    from_result(|| T::show(seq, inode).map(|()| 0))
}
