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
    #[inline(always)] // The text need not be in memory for it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        match self {
            Self::Kept(words) => kept(words, out),
            Self::Made(bytes) => out.apart(|out| bytes.show(out)),
        }
    }
}

/// Writes a name with one look at each of its words: a NUL is no printable character, and so ends
/// what can be written as it is.
#[inline(always)] // As above.
fn kept(words: [u64; 2], out: &mut Text<'_>) {
    let plain = |word| (suspects(word).trailing_zeros() / u8::BITS) as usize;
    let ends =
        |word: u64, at: usize| word.wrapping_shr((at as u32).wrapping_mul(u8::BITS)) as u8 == 0;
    let [first, second] = words;
    match plain(first) {
        // An empty one, or one that may be a hyphen.
        0 | 1 => out.apart(|out| kept_oddly(words, 0, out)),
        WORD.. => {
            out.word(first, WORD);
            match plain(second) {
                WORD.. => out.word(second, WORD),
                len if ends(second, len) => out.word(second, len),
                _ => out.apart(|out| kept_oddly(words, WORD, out)),
            }
        }
        len if ends(first, len) => out.word(first, len),
        _ => out.apart(|out| kept_oddly(words, 0, out)),
    }
}

/// Writes a name from one of its words on, where that takes more.
#[cold]
#[inline(never)]
fn kept_oddly(words: [u64; 2], from: usize, out: &mut Text<'_>) {
    let [first, second] = words.map(u128::from);
    let name = (first | (second << u64::BITS)).to_le_bytes();
    let rest = name.get(from..).unwrap_or_default();
    let len = rest.iter().position(|byte| *byte == 0);
    let rest = len.and_then(|len| rest.get(..len)).unwrap_or(rest);
    match from {
        0 => Bytes(rest).show(out),
        _ => escaped(rest, out),
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
    marks(word) & HIGH
}

/// [`suspects`] in the highest bits of bytes, and anything in the others.
#[inline]
fn marks(word: u64) -> u64 {
    const ONES: u64 = in_each(1);
    // A byte's highest bit, and sometimes, by a carry, that of one behind it.
    let others = word | word.wrapping_sub(in_each(0x21)) | word.wrapping_add(ONES);
    let slashes = (word ^ in_each(b'\\')).wrapping_sub(ONES);
    others | slashes
}

/// So many words are looked at together.
const WORDS: usize = 4;

/// Whether each byte stands for itself.
#[inline]
fn is_plain(bytes: &[u8; WORDS * WORD]) -> bool {
    let words = bytes.chunks_exact(WORD).filter_map(<[u8]>::first_chunk);
    let marks = words.fold(0, |all, word| all | marks(u64::from_le_bytes(*word)));
    marks & HIGH == 0
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
    // The last word is there once more at the end, where fewer bytes are left.
    let last = text.last_chunk().map(|word| u64::from_le_bytes(*word));
    out.apart(|out| {
        // Whether many words can be plain that come next.
        let (mut rest, mut many) = (text, true);
        while !rest.is_empty() {
            let word = match (rest.first_chunk(), last) {
                (Some(word), _) => u64::from_le_bytes(*word),
                // Above the bytes that are left are zeros, which end what is plain.
                (None, Some(last)) => {
                    let missing = WORD.wrapping_sub(rest.len()) as u32;
                    last.wrapping_shr(missing.wrapping_mul(u8::BITS))
                }
                (None, None) => short(rest).unwrap_or_default(),
            };
            let plain = (suspects(word).trailing_zeros() / u8::BITS) as usize;
            if plain >= WORD {
                out.word(word, rest.len().min(WORD));
                rest = rest.get(WORD..).unwrap_or_default();
                while many {
                    match rest.split_first_chunk() {
                        Some((words, more)) if is_plain(words) => {
                            out.bytes(words);
                            rest = more;
                        }
                        _ => many = false,
                    }
                }
                continue;
            }
            out.word(word, plain);
            many = true;
            rest = match rest.get(plain..) {
                Some([byte, more @ ..]) => {
                    out.word(octal(*byte), 4);
                    more
                }
                _ => &[],
            };
        }
    });
}
