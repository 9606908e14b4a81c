// SPDX-License-Identifier: GPL-2.0

//! What the kernel's own formatters write into: a seq_file.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h)

use crate::rust_bindings::{
    raw,
    vfs::file::File, //
};
use core::{
    ops::Range,
    ptr, //
};
use kernel::{
    error::from_err_ptr,
    ffi::c_int,
    prelude::*,
    types::Opaque, //
};

/// The kernel's `struct seq_file` while a record is written into it.
#[repr(transparent)]
pub(crate) struct SeqFile(Opaque<raw::seq_file>);

impl SeqFile {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::seq_file {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid seq_file for the lifetime `'a`, locked for the caller.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(ptr: *const raw::seq_file) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// Lets `show` write into `buf` through a seq_file that lives for the time of the call, and returns how long the text is; `None`
    /// if it does not fit. Formatters want no more of a seq_file than a buffer and, some of them, the open file.
    ///
    /// # Errors
    ///
    /// Those of `show`.
    #[inline]
    pub(crate) fn over(
        buf: &mut [u8],
        file: &File,
        show: impl FnOnce(&Self) -> Result,
    ) -> Result<Option<usize>> {
        let seq = Self(Opaque::new(raw::seq_file {
            buf: buf.as_mut_ptr().cast(),
            size: buf.len(),
            file: file.as_ptr(),
            ..pin_init::zeroed()
        }));
        show(&seq)?;
        Ok((!seq.overflowed()).then(|| seq.len()))
    }

    /// Appends `text`; what does not fit makes seq_file start again with a larger buffer.
    pub(crate) fn write(&self, text: &[u8]) {
        // SAFETY: The seq_file is valid and ours for the time of the record.
        unsafe { raw::seq_write(self.as_ptr(), text.as_ptr().cast(), text.len()) };
    }

    /// Lets `fill` write into the buffer's free rest and return the length of the whole text, which is lost if it is longer.
    /// Meanwhile the seq_file is full, so that whatever else `fill` writes into it is lost, too.
    #[inline]
    pub(crate) fn fill(&self, fill: impl FnOnce(&mut [u8]) -> usize) {
        // SAFETY: The seq_file is valid and ours for the time of the record, and `count` is not above `size`. The buffer is
        // memory of the kernel's, which holds some value in each byte; nothing else writes into it as long as `count` says that it
        // is full.
        unsafe {
            let m = self.as_ptr();
            let (count, size) = ((*m).count, (*m).size);
            (*m).count = size;
            let rest =
                core::slice::from_raw_parts_mut((*m).buf.add(count).cast::<u8>(), size - count);
            (*m).count = count.saturating_add(fill(rest)).min(size);
        }
    }

    /// Appends what lies at `from` in the text so far; all of it is lost if it does not fit.
    pub(in crate::rust_bindings) fn repeat(&self, from: Range<usize>) {
        // SAFETY: The seq_file is valid and ours for the time of the record; `from` was looked at to lie inside of the text, and
        // what is written behind the text to lie inside of the buffer.
        unsafe {
            let m = self.as_ptr();
            let (count, size) = ((*m).count, (*m).size);
            if from.start <= from.end && from.end <= count && from.len() < size - count {
                let text = (*m).buf.add(from.start);
                ptr::copy_nonoverlapping(text, (*m).buf.add(count), from.len());
                (*m).count += from.len();
            } else {
                (*m).count = size;
            }
        }
    }

    /// How long the text so far is.
    pub(in crate::rust_bindings) fn len(&self) -> usize {
        // SAFETY: The seq_file is valid.
        unsafe { (*self.as_ptr()).count }
    }

    /// Appends the name of `path`, with `\012` for a newline in it, as `seq_path()` does.
    pub(in crate::rust_bindings) fn path(&self, path: &raw::path) {
        // SAFETY: Both are valid, and the seq_file is ours for the time of the record; `count` is not above `size`. The name ends
        // with a NUL where the buffer does.
        unsafe {
            let m = self.as_ptr();
            let (start, room) = ((*m).buf.add((*m).count), (*m).size - (*m).count);
            if let (1.., Ok(size)) = (room, c_int::try_from(room)) {
                if let Ok(name) = from_err_ptr(raw::d_path(path, start, size)) {
                    let len = room - name.offset_from(start) as usize - 1;
                    let bytes = core::slice::from_raw_parts(name.cast::<u8>(), len);
                    if !bytes.contains(&b'\n') {
                        ptr::copy(name, start, len);
                        (*m).count += len;
                        return;
                    }
                }
            }
            raw::seq_path(m, path, c"\n".as_char_ptr());
        }
    }

    /// Whether text was lost, so that more of it is wasted work.
    pub(crate) fn overflowed(&self) -> bool {
        // SAFETY: The seq_file is valid.
        unsafe { raw::proc2_seq_has_overflowed(self.as_ptr()) }
    }
}
