// SPDX-License-Identifier: GPL-2.0

//! Strings in rows: without blanks, never empty, and written so that they can be read back.

use crate::pure::text::{
    words::{
        in_each,
        short,
        HIGH,
        WORD, //
    },
    Text, //
};

/// A string of a task's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    /// Writes it, also for [`Written`].
    pub(crate) fn show(self, out: &mut Text<'_>) {
        match self.0 {
            b"" => out.byte(b'-'),
            b"-" => out.bytes(b"\\055"),
            text => escaped(text, out),
        }
    }
}

/// A string that [`Bytes::show`] has written before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a>(pub(crate) &'a [u8]);

impl Written<'_> {
    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        out.bytes(self.0);
    }
}

/// The beginning of a string; where that is not all of it, a backslash and a plus sign stand
/// behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning<'a> {
    /// What there is of it.
    pub(crate) text: &'a [u8],
    /// Whether that is all.
    pub(crate) whole: bool,
}

impl Beginning<'_> {
    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        if self.whole {
            Bytes(self.text).show(out);
        } else {
            escaped(self.text, out);
            out.bytes(b"\\+");
        }
    }
}

/// The first of eight bytes that does not stand for itself is the one of the lowest bit that is set
/// here: all but printable ASCII characters, and the backslash.
#[inline]
fn suspects(word: u64) -> u64 {
    const ONES: u64 = in_each(1);
    // A byte's highest bit, and sometimes, by a carry, that of one behind it.
    let others = word | word.wrapping_sub(in_each(0x21)) | word.wrapping_add(ONES);
    let slashes = (word ^ in_each(b'\\')).wrapping_sub(ONES);
    (others | slashes) & HIGH
}

/// Writes a string in which each byte that does not stand for itself is a backslash and three octal
/// digits.
fn escaped(text: &[u8], out: &mut Text<'_>) {
    out.apart(|out| {
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.first_chunk().map(|word| u64::from_le_bytes(*word));
            let word = word.or_else(|| short(rest)).unwrap_or_default();
            let plain = (suspects(word).trailing_zeros() / u8::BITS) as usize;
            let (run, more) = rest
                .split_at_checked(plain.min(WORD))
                .unwrap_or((rest, &[]));
            out.word(word, run.len());
            rest = match more {
                [byte, more @ ..] if plain < WORD => {
                    let digit = |shift: u32| b'0' + ((byte >> shift) & 7);
                    out.bytes(&[b'\\', digit(6), digit(3), digit(0)]);
                    more
                }
                more => more,
            };
        }
    });
}
