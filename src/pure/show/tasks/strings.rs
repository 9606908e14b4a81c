// SPDX-License-Identifier: GPL-2.0

//! Strings in rows: without blanks, never empty, and written so that they can be read back.

use crate::pure::text::{
    place::{
        Place,
        REACH, //
    },
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

/// The name of a task.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name<'a> {
    /// As the kernel keeps it: up to its first NUL, or whole. The first byte of a word is the
    /// lowest.
    Kept([u64; 2]),
    /// One that the kernel has made.
    Made(Bytes<'a>),
}

impl Name<'_> {
    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        match self {
            Self::Made(name) => name.show(out),
            Self::Kept([first, second]) => {
                let name = u128::from(first) | (u128::from(second) << u64::BITS);
                let name = name.to_le_bytes();
                let len = name.iter().position(|byte| *byte == 0);
                Bytes(len.and_then(|len| name.get(..len)).unwrap_or(&name)).show(out);
            }
        }
    }

    /// Writes it behind a tab with one look at each of its words, if the kernel keeps it and each
    /// byte stands for itself; false otherwise, and then what was written is no name. A NUL is no
    /// printable character, and so ends what can be written as it is.
    #[inline(always)] // Most rows have one.
    pub(super) fn show_quickly(self, place: &mut Place<'_>) -> bool {
        let Self::Kept([first, second]) = self else {
            return false;
        };
        let ends = |word: u64, len: usize| word.wrapping_shr(bits(len)) as u8 == 0;
        place.byte(b'\t');
        match plain(first) {
            // An empty one, or one that may be a hyphen.
            0 | 1 => false,
            WORD.. => {
                let len = plain(second);
                place.word(first, WORD);
                place.word(second, len);
                len >= WORD || ends(second, len)
            }
            len => {
                place.word(first, len);
                ends(first, len)
            }
        }
    }
}

/// A string that [`Bytes::show`] has written before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a>(pub(crate) &'a [u8]);

impl Written<'_> {
    /// Writes it behind a tab if it is short; false, and nothing is written, otherwise.
    #[inline(always)] // As `Name::show_quickly()`.
    pub(super) fn show_quickly(self, place: &mut Place<'_>) -> bool {
        match (self.0.len(), short(self.0)) {
            (len @ ..=WORD, Some(word)) => {
                place.byte(b'\t');
                place.word(word, len);
                true
            }
            _ => false,
        }
    }

    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        match (self.0.len(), short(self.0)) {
            (len @ ..=WORD, Some(word)) => out.word(word, len),
            _ => out.bytes(self.0),
        }
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
    /// Writes it behind a tab if it is whole, and there is room for it; false, and nothing is
    /// written, otherwise.
    #[inline(always)] // As `Name::show_quickly()`.
    pub(super) fn show_quickly(self, place: &mut Place<'_>) -> bool {
        let most = self.text.len().saturating_mul(4);
        let end = place.position().saturating_add(most);
        if !self.whole || end >= REACH - 2 || matches!(self.text, b"" | b"-") {
            return false;
        }
        place.byte(b'\t');
        escaped_to(self.text, |word, count| place.word(word, count));
        true
    }

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

/// How many bytes of a word stand for themselves, up to the first other one.
#[inline]
fn plain(word: u64) -> usize {
    (suspects(word).trailing_zeros() / u8::BITS) as usize
}

/// So many bits have some bytes.
#[inline]
fn bits(bytes: usize) -> u32 {
    (bytes as u32).wrapping_mul(u8::BITS)
}

/// A backslash and three octal digits.
#[inline]
fn octal(byte: u8) -> u64 {
    const ZERO: u64 = u32::from_le_bytes(*b"\\000") as u64;
    let digit = |shift: u32| u64::from((byte >> shift) & 7);
    ZERO | (digit(6) << 8) | (digit(3) << 16) | (digit(0) << 24)
}

/// Writes a string in which each byte that does not stand for itself is a backslash and three octal
/// digits.
fn escaped(text: &[u8], out: &mut Text<'_>) {
    // Each byte takes four at most.
    for piece in text.chunks(REACH / 4) {
        if !out.in_place(|place| escaped_to(piece, |word, count| place.word(word, count))) {
            out.apart(|out| escaped_to(piece, |word, count| out.word(word, count)));
        }
    }
}

/// [`escaped`] in words, of which `put` gets each with the count of its bytes that count.
#[inline(always)] // What is kept of a place stays in registers.
fn escaped_to(text: &[u8], mut put: impl FnMut(u64, usize)) {
    let mut rest = text;
    while let Some((word, more)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        match plain(word) {
            WORD.. => {
                put(word, WORD);
                rest = more;
            }
            len => {
                put(word, len);
                put(octal(word.wrapping_shr(bits(len)) as u8), 4);
                rest = rest.get(len.wrapping_add(1)..).unwrap_or_default();
            }
        }
    }
    // They are in the last word, if there is one.
    let mut left = rest.len();
    let mut word = match text.last_chunk() {
        Some(last) => u64::from_le_bytes(*last)
            .checked_shr(bits(WORD.wrapping_sub(left)))
            .unwrap_or(0),
        None => short(rest).unwrap_or_default(),
    };
    while left > 0 {
        let len = plain(word);
        put(word, len.min(left));
        if len >= left {
            break;
        }
        put(octal(word.wrapping_shr(bits(len)) as u8), 4);
        let done = len.wrapping_add(1);
        word = word.checked_shr(bits(done)).unwrap_or(0);
        left = left.saturating_sub(done);
    }
}
