// SPDX-License-Identifier: GPL-2.0

//! Names that mounts have: strings that a NUL ends, most of them short.
//!
//! Locks: none, and nothing sleeps.

use core::{
    marker::PhantomData,
    mem::size_of,
    ptr::NonNull, //
};
use kernel::{
    ffi::c_char,
    page::PAGE_SIZE,
    prelude::*,
    str::CStr, //
};

/// How many bytes are read at once.
const WORD: usize = size_of::<u64>();

/// A byte in each byte of a word.
const fn in_each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; WORD])
}

/// A string that a NUL ends.
///
/// # Invariants
///
/// The pointer is to such a string, which lives and does not change for `'a`.
#[derive(Clone, Copy)]
pub(crate) struct Name<'a>(NonNull<c_char>, PhantomData<&'a CStr>);

impl<'a> Name<'a> {
    /// `None` for null.
    ///
    /// # Safety
    ///
    /// `name` must be null or a string that lives and does not change for `'a`.
    #[inline]
    pub(super) unsafe fn from_raw(name: *const c_char) -> Option<Self> {
        // INVARIANT: The caller promises it.
        NonNull::new(name.cast_mut()).map(|name| Self(name, PhantomData))
    }

    /// Calls `each` with the bytes of the string, behind which others may follow, and with how many
    /// it has.
    #[inline]
    pub(crate) fn with(self, each: impl FnOnce(&[u8], usize)) {
        match self.short() {
            Some((word, len)) => each(&word.to_le_bytes(), len),
            None => {
                let bytes = self.bytes();
                each(bytes, bytes.len());
            }
        }
    }

    /// All of it.
    #[inline(never)] // Most names are short.
    fn bytes(self) -> &'a [u8] {
        // SAFETY: By the type invariant.
        unsafe { CStr::from_char_ptr(self.0.as_ptr()) }.to_bytes()
    }

    /// A word that begins with it, the first byte the lowest, and its length, if a NUL is in that.
    #[inline]
    fn short(self) -> Option<(u64, usize)> {
        // What stands behind a string is none of KASAN's objects.
        if cfg!(CONFIG_KASAN) || self.0.addr().get() % PAGE_SIZE > PAGE_SIZE - WORD {
            return None;
        }
        // SAFETY: By the type invariant the first byte can be read, and so can all of its page, in
        // which the word ends.
        let word = u64::from_le(unsafe { self.0.cast::<u64>().read_unaligned() });
        // The highest bit of each byte that is a NUL, and maybe of some behind the first.
        let nuls = word.wrapping_sub(in_each(1)) & !word & in_each(0x80);
        (nuls != 0).then(|| (word, nuls.trailing_zeros() as usize / 8))
    }
}
