// SPDX-License-Identifier: GPL-2.0

//! The caller's memory, with the partial copies that `read()` promises.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)

use crate::rust_bindings::raw;
use kernel::{
    ffi::c_char,
    prelude::*, //
};

/// A buffer of the caller's that is written from its beginning on. Every address is checked when it is used.
pub(crate) struct UserBuf {
    next: *mut c_char,
    left: usize,
}

impl UserBuf {
    /// `buffer` is an address in the caller's memory.
    pub(in crate::rust_bindings) fn new(buffer: *mut c_char, len: usize) -> Self {
        Self {
            next: buffer,
            left: len,
        }
    }

    /// How many bytes there is still room for.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Copies what `text` has from `pos` on, and moves `pos`, as `simple_read_from_buffer()` does. Sleeps.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a negative position, `EFAULT` if nothing could be written.
    #[inline]
    pub(crate) fn write_from(&mut self, text: &[u8], pos: &mut i64) -> Result<usize> {
        // SAFETY: `text` is valid for its length.
        unsafe { self.write_raw_from(text.as_ptr(), text.len(), pos) }
    }

    /// [`UserBuf::write_from`] for bytes that others may write meanwhile, which a reference must not lead to.
    ///
    /// # Safety
    ///
    /// `text` must be valid for reads of `len` bytes.
    pub(in crate::rust_bindings) unsafe fn write_raw_from(
        &mut self,
        text: *const u8,
        len: usize,
        pos: &mut i64,
    ) -> Result<usize> {
        let start = usize::try_from(*pos).map_err(|_| EINVAL)?;
        let Some(rest @ 1..) = len.checked_sub(start) else {
            return Ok(0);
        };
        // SAFETY: The caller promises the length, and `start` is below it.
        let done = unsafe { self.write_raw(text.add(start), rest) };
        if done == 0 && self.left > 0 {
            return Err(EFAULT);
        }
        *pos += done as i64;
        Ok(done)
    }

    /// Copies the beginning of `data` that there is room for and returns how much could be written. Sleeps.
    #[inline]
    pub(crate) fn write(&mut self, data: &[u8]) -> usize {
        // SAFETY: `data` is valid for its length.
        unsafe { self.write_raw(data.as_ptr(), data.len()) }
    }

    /// # Safety
    ///
    /// `data` must be valid for reads of `len` bytes.
    #[inline]
    unsafe fn write_raw(&mut self, data: *const u8, len: usize) -> usize {
        let len = len.min(self.left);
        // SAFETY: The caller promises the length; the function checks the reader's address.
        let rest = unsafe { raw::proc2_copy_to_user(self.next.cast(), data.cast(), len) };
        let done = len.saturating_sub(rest);
        self.next = self.next.wrapping_add(done);
        self.left -= done;
        done
    }
}

/// What the caller writes.
pub(crate) struct UserData {
    start: *const c_char,
    len: usize,
}

impl UserData {
    /// `start` is an address in the caller's memory.
    pub(in crate::rust_bindings) fn new(start: *const c_char, len: usize) -> Self {
        Self { start, len }
    }

    /// How many bytes the caller offers, all of which a write that succeeds takes.
    pub(crate) fn taken(&self) -> usize {
        self.len
    }

    /// Leaves `n` bytes at the beginning out from now on.
    pub(crate) fn skip(&mut self, n: usize) {
        let n = n.min(self.len);
        self.start = self.start.wrapping_add(n);
        self.len -= n;
    }

    /// Copies the beginning into `to`, as much as both sides have, and returns how much that was. Sleeps.
    ///
    /// # Errors
    ///
    /// `EFAULT` if not all of it could be read.
    pub(crate) fn read(&self, to: &mut [u8]) -> Result<usize> {
        let n = self.len.min(to.len());
        // SAFETY: `to` has room for `n` bytes; the function checks the caller's address.
        let rest =
            unsafe { raw::proc2_copy_from_user(to.as_mut_ptr().cast(), self.start.cast(), n) };
        if rest == 0 {
            Ok(n)
        } else {
            Err(EFAULT)
        }
    }
}
