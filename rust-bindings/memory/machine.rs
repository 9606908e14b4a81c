// SPDX-License-Identifier: GPL-2.0

//! The memory of the machine.
//!
//! C headers: [`include/linux/mm.h`](srctree/include/linux/mm.h),
//! [`include/linux/swap.h`](srctree/include/linux/swap.h)

use crate::rust_bindings::raw;
use kernel::page::PAGE_SIZE;

fn bytes(pages: usize) -> u64 {
    (pages as u64).saturating_mul(PAGE_SIZE as u64)
}

/// How much there is, in bytes.
pub(crate) fn ram() -> u64 {
    // SAFETY: The function has no precondition.
    bytes(unsafe { raw::proc2_totalram_pages() })
}

/// The swap space, and what is free of it, in bytes.
pub(crate) fn swap() -> (u64, u64) {
    // SAFETY: The functions have no precondition.
    unsafe {
        (
            bytes(raw::proc2_total_swap_pages()),
            bytes(raw::proc2_nr_swap_pages()),
        )
    }
}
