// SPDX-License-Identifier: GPL-2.0

//! Bytes to write into that nobody clears first: clearing what a short text is written over costs more than the text.
//!
//! They hold what whoever had the memory before has left there. Whoever copies out of them copies what was written, no more.
//!
//! C header: [`include/linux/slab.h`](srctree/include/linux/slab.h)

use core::{
    arch::asm,
    mem::MaybeUninit, //
};
use kernel::prelude::*;

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
        // SAFETY: No instruction at all. The compiler has to take it that the memory behind the pointer was written here.
        unsafe { asm!("/* {place} */", place = in(reg) place, options(nostack, preserves_flags)) };
        // SAFETY: The memory is borrowed with `self`, and for all the compiler knows, the assembly has written each byte; any
        // value is a valid byte. Neither the stack nor the kernel's memory changes under its owner.
        unsafe { &mut *place }
    }
}
