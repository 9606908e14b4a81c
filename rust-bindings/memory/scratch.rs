// SPDX-License-Identifier: GPL-2.0

//! Bytes to write into that nobody clears first: clearing what a short text is written over costs
//! more than the text.
//!
//! They hold what whoever had the memory before has left there. Whoever copies out of them copies
//! what was written, no more.
//!
//! No type keeps to that: what writes texts, and counts what it has written, is the pure core's
//! `Text`, which nothing here may name; and an unsafe trait would bring `unsafe` into `src/`. It is
//! no matter of soundness either, as each byte has a value for the compiler. So whoever hands out a
//! slice of these bytes says that their number is to be that of the bytes written.
//!
//! C header: [`include/linux/slab.h`](srctree/include/linux/slab.h); the bound is that of
//! `seq_buf_alloc()` of [`fs/seq_file.c`](srctree/fs/seq_file.c)

use core::{
    arch::asm,
    mem::MaybeUninit, //
};
use kernel::{
    // Not by name: versions of rustfmt sort them differently.
    alloc::flags::*,
    ffi::c_int,
    page::PAGE_SIZE,
    prelude::*, //
};

/// `N` bytes of any value.
pub(crate) struct Scratch<const N: usize>(MaybeUninit<[u8; N]>);

impl<const N: usize> Scratch<N> {
    /// Bytes where the value is: on the stack of the caller.
    #[inline]
    pub(crate) fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Bytes of their own. Sleeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[inline]
    pub(crate) fn allocate() -> Result<KBox<Self>> {
        let bytes = KBox::<Self>::new_uninit(GFP_KERNEL)?;
        // SAFETY: Any memory is a valid `Scratch`.
        Ok(unsafe { bytes.assume_init() })
    }

    /// The bytes.
    #[inline]
    pub(crate) fn as_slice(&mut self) -> &mut [u8] {
        let place = self.0.as_mut_ptr();
        // SAFETY: No instruction at all. The compiler has to take it that the memory behind the
        // pointer was written here.
        unsafe { asm!("/* {place} */", place = in(reg) place, options(nostack, preserves_flags)) };
        // SAFETY: The memory is borrowed with `self`, and for all the compiler knows, the assembly
        // has written each byte; any value is a valid byte. Neither the stack nor the kernel's
        // memory changes under its owner.
        unsafe { &mut *place }
    }
}

/// The most bytes that [`bytes`] gives: `MAX_RW_COUNT`. Above `INT_MAX` the allocator warns.
pub(crate) const MOST: usize = c_int::MAX as usize & !(PAGE_SIZE - 1);

/// As many bytes as a user has made something long: the one way to memory whose size is a user's.
///
/// A file may keep them, so they count against the reader's control group. The reader is told where
/// there are none; that takes no word in the kernel's log. Sleeps.
///
/// # Errors
///
/// `ENOMEM`, also above [`MOST`].
pub(crate) fn bytes(len: usize) -> Result<KVVec<u8>> {
    if len > MOST {
        return Err(ENOMEM);
    }
    #[expect(clippy::disallowed_methods, reason = "bounded above")]
    let bytes = KVVec::with_capacity(len, GFP_KERNEL_ACCOUNT | __GFP_NOWARN)?;
    let (place, _, capacity) = bytes.into_raw_parts();
    // SAFETY: No instruction at all, as in `Scratch::as_slice()`.
    unsafe { asm!("/* {place} */", place = in(reg) place, options(nostack, preserves_flags)) };
    // SAFETY: The place and the capacity, of at least `len` bytes, are those of a vector that was
    // taken apart; for all the compiler knows, the assembly has written each byte.
    Ok(unsafe { KVVec::from_raw_parts(place, len, capacity) })
}
