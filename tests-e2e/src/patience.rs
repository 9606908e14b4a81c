// SPDX-License-Identifier: GPL-2.0

//! What a kernel that looks for mistakes asks for (`make DEBUG=1`), as it is slow: more time, and
//! sweeps that look at a part.

use std::path::Path;
use std::sync::OnceLock;

/// How many times longer things may take there.
const FACTOR: u32 = 8;

/// Sweeps that compare every entry of every target look at one target of so many there, another one
/// for each caller and mode, and of the commands of a program one of so many is run. What entries
/// and programs say is compared in full on the normal kernel.
const PART: usize = 8;

/// Whether the kernel looks for mistakes (scripts/kernel/debug.config). Asked once: later the
/// process may be someone who cannot see.
pub fn on_debug_kernel() -> bool {
    static DEBUG: OnceLock<bool> = OnceLock::new();
    *DEBUG.get_or_init(|| Path::new("/sys/kernel/debug/kmemleak").exists())
}

/// How many seconds, or attempts, something may take that takes `most` at most on the normal
/// kernel.
pub fn limit(most: u32) -> u32 {
    match on_debug_kernel() {
        true => most * FACTOR,
        false => most,
    }
}

/// One target of how many a sweep looks at: 1 is all.
pub fn part() -> usize {
    match on_debug_kernel() {
        true => PART,
        false => 1,
    }
}
