// SPDX-License-Identifier: GPL-2.0

//! Bit masks, as "%*pb" and "%*pbl" print them (lib/vsprintf.c).

use super::Text;

/// A mask is printed in groups of so many bits.
const GROUP: usize = u32::BITS as usize;

/// Bits per word of a mask.
const WORD: usize = u64::BITS as usize;

impl Text<'_> {
    /// Appends the first `bits` bits of `mask` in hexadecimal, in groups of 32 bits with commas
    /// between: "%*pb".
    pub(crate) fn bitmap_hex(&mut self, mask: &[u64], bits: usize) {
        // Only the highest group can be short.
        let mut size = match bits % GROUP {
            0 => GROUP,
            short => short,
        };
        let mut between: &[u8] = b"";
        for group in (0..bits.div_ceil(GROUP)).rev() {
            let [low, high] = halves(word(mask, group / 2));
            let value = if group % 2 == 0 { low } else { high };
            let unused = GROUP.saturating_sub(size) as u32;
            self.bytes(between);
            self.hex_width(
                (value & u32::MAX.wrapping_shr(unused)).into(),
                size.div_ceil(4),
            );
            size = GROUP;
            between = b",";
        }
    }

    /// Appends the set bits of the first `bits` bits of `mask` as a list of ranges: "%*pbl".
    pub(crate) fn bitmap_list(&mut self, mask: &[u64], bits: usize) {
        let mut start = next(mask, 0, bits, true);
        let mut between: &[u8] = b"";
        while start < bits {
            let end = next(mask, start, bits, false);
            let last = end.saturating_sub(1);
            self.field(between, start as u64);
            if last > start {
                self.field(b"-", last as u64);
            }
            start = next(mask, end, bits, true);
            between = b",";
        }
    }
}

/// A word of the mask; what lies beyond it is clear.
fn word(mask: &[u64], index: usize) -> u64 {
    mask.get(index).copied().unwrap_or(0)
}

/// The low and the high half of a word.
fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// The first bit from `from` on that is `set`, or `bits`.
fn next(mask: &[u64], from: usize, bits: usize, set: bool) -> usize {
    let mut at = from;
    while at < bits {
        let word = word(mask, at / WORD);
        let rest = (if set { word } else { !word }) >> (at % WORD);
        if rest != 0 {
            return at.saturating_add(rest.trailing_zeros() as usize).min(bits);
        }
        at = (at | (WORD - 1)).saturating_add(1);
    }
    bits
}
