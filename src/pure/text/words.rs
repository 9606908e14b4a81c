// SPDX-License-Identifier: GPL-2.0

//! Eight bytes of a text looked at as one word, the first byte the lowest.

/// How many bytes are looked at together.
pub(crate) const WORD: usize = size_of::<u64>();

/// A byte in each byte of a word.
pub(crate) const fn in_each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; WORD])
}

/// The highest bit of each byte.
pub(crate) const HIGH: u64 = in_each(0x80);

/// The first `len` bytes of a word, at most all, and `_` for the others.
#[inline]
pub(crate) fn beginning(word: u64, len: usize) -> u64 {
    let others = u64::MAX.checked_shl(8 * len as u32).unwrap_or(0);
    (word & !others) | (in_each(b'_') & others)
}

/// A text of up to [`WORD`] bytes, and `_` for those that are missing: a letter that nothing
/// escapes.
#[inline]
pub(crate) fn short(text: &[u8]) -> Option<u64> {
    let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    let len = text.len();
    let word = match len {
        0 => 0,
        1..=3 => {
            let byte = |at: usize| Some(u64::from(*text.get(at)?) << (8 * at));
            byte(0)? | byte(len / 2)? | byte(len - 1)?
        }
        // The halves overlap.
        _ => {
            half(text.first_chunk()?)
                | half(text.last_chunk()?).checked_shl(8 * (len as u32 - 4))?
        }
    };
    let missing = in_each(b'_').checked_shl(8 * len as u32).unwrap_or(0);
    Some(word | missing)
}
