// SPDX-License-Identifier: GPL-2.0

//! A key that nobody outside the kernel knows.
//!
//! C header: [`include/linux/random.h`](srctree/include/linux/random.h)

use crate::rust_bindings::raw;
use core::sync::atomic::{
    AtomicU64,
    Ordering, //
};

static KEY: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Chooses the key. To be called once, before the first use of [`boot_key`].
pub(crate) fn choose_key() {
    for half in &KEY {
        let mut word = 0u64;
        // SAFETY: `word` has room for its size.
        unsafe { raw::get_random_bytes((&raw mut word).cast(), size_of::<u64>()) };
        half.store(word, Ordering::Relaxed);
    }
}

/// The key, the same as long as the module is loaded.
pub(crate) fn boot_key() -> [u64; 2] {
    KEY.each_ref().map(|half| half.load(Ordering::Relaxed))
}
