// SPDX-License-Identifier: GPL-2.0

//! Keys that nobody outside the kernel knows.
//!
//! C header: [`include/linux/random.h`](srctree/include/linux/random.h)

use crate::rust_bindings::raw;
use core::sync::atomic::{
    AtomicU64,
    Ordering, //
};

static KEYS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];

/// Chooses the keys. To be called once, before the first use of any.
pub(crate) fn choose_keys() {
    for half in &KEYS {
        let mut word = 0u64;
        // SAFETY: `word` has room for its size.
        unsafe { raw::get_random_bytes((&raw mut word).cast(), size_of::<u64>()) };
        half.store(word, Ordering::Relaxed);
    }
}

/// A key, the same as long as the module is loaded.
pub(crate) fn boot_key() -> [u64; 2] {
    let [k0, k1, ..] = &KEYS;
    [k0, k1].map(|half| half.load(Ordering::Relaxed))
}

/// Another one, for what may tell of it.
pub(crate) fn name_key() -> [u64; 2] {
    let [.., k0, k1] = &KEYS;
    [k0, k1].map(|half| half.load(Ordering::Relaxed))
}
