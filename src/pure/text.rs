// SPDX-License-Identifier: GPL-2.0

//! Text written into a caller's buffer: the numbers and lists that /proc files are made of.
//!
//! This is the hot path of every read, so it does not go through `core::fmt`. Forms that follow a
//! kernel function name it; the bytes are the same.

mod behind;
mod bitmap;
pub(crate) mod kept;
mod number;
pub(crate) mod octal;
pub(crate) mod place;
pub(crate) mod slot;
mod three;
pub(crate) mod value;
pub(crate) mod words;

use place::Place;
#[cfg(doc)]
use place::REACH;

/// A text that grows in a borrowed buffer.
///
/// What does not fit is counted but not kept, as with snprintf: [`Text::len`] is always the length
/// of the whole text, so a caller whose buffer was too small knows the size to come back with.
pub(crate) struct Text<'a> {
    buf: &'a mut [u8],
    len: usize,
}

impl<'a> Text<'a> {
    /// Starts an empty text in `buf`.
    pub(crate) fn new(buf: &'a mut [u8]) -> Self {
        Self { buf, len: 0 }
    }

    /// The length of the whole text, including what did not fit.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How much more there is room for.
    #[inline]
    pub(crate) fn room(&self) -> usize {
        self.buf.len().saturating_sub(self.len)
    }

    /// Whether the buffer was too small for the whole text.
    pub(crate) fn overflowed(&self) -> bool {
        self.len > self.buf.len()
    }

    /// The text so far, or as much of its beginning as fits.
    pub(crate) fn filled(&self) -> &[u8] {
        self.buf.get(..self.len).unwrap_or(self.buf)
    }

    /// Appends bytes as they are.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.len.wrapping_add(bytes.len());
        match self.buf.get_mut(self.len..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.len = end;
            }
            None => self.len = cut(self.buf, self.len, bytes),
        }
    }

    /// Appends one byte.
    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        match self.buf.get_mut(self.len) {
            Some(place) => {
                *place = byte;
                self.len = self.len.wrapping_add(1);
            }
            None => self.len = cut(self.buf, self.len, &[byte]),
        }
    }

    /// Appends what `fill` writes into the rest of the buffer, as much as fits; `fill` returns how
    /// long the whole is.
    #[inline]
    pub(crate) fn fill(&mut self, fill: impl FnOnce(&mut [u8]) -> usize) {
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        self.len = self.len.saturating_add(fill(rest));
    }

    /// Appends `text`, with those bytes of `only` that C writes as a backslash and a letter written
    /// so: seq_escape_str() with `ESCAPE_SPACE | ESCAPE_SPECIAL`.
    #[inline]
    pub(crate) fn escaped(&mut self, text: &[u8], only: &[u8]) {
        if text.iter().all(|byte| !only.contains(byte)) {
            return self.bytes(text);
        }
        for &byte in text {
            match letter(byte) {
                Some(letter) if only.contains(&byte) => self.bytes(&[b'\\', letter]),
                _ => self.byte(byte),
            }
        }
    }

    /// Appends `text` and spaces up to `width` bytes: "%-*s".
    pub(crate) fn left(&mut self, text: &[u8], width: usize) {
        self.bytes(text);
        self.repeat(b' ', width.saturating_sub(text.len()));
    }

    /// Appends `byte` `count` times.
    pub(crate) fn repeat(&mut self, byte: u8, count: usize) {
        self.grow(count).fill(byte);
    }

    /// Appends the first `count` bytes of `word`, the lowest first. Where there is room for all of
    /// them, all are written: one store of a fixed size is quicker than finding out how many count,
    /// and the next text covers the rest.
    #[inline]
    pub(crate) fn word(&mut self, word: u64, count: usize) {
        let room = self.len..self.len.wrapping_add(size_of::<u64>());
        match self.buf.get_mut(room).and_then(<[u8]>::first_chunk_mut) {
            Some(place) => {
                *place = word.to_le_bytes();
                self.len = self.len.wrapping_add(count);
            }
            None => self.len = cut_word(self.buf, self.len, word.into(), count),
        }
    }

    /// [`Text::word`] with twice as many bytes.
    #[inline]
    fn double_word(&mut self, word: u128, count: usize) {
        let room = self.len..self.len.wrapping_add(size_of::<u128>());
        match self.buf.get_mut(room).and_then(<[u8]>::first_chunk_mut) {
            Some(place) => {
                *place = word.to_le_bytes();
                self.len = self.len.wrapping_add(count);
            }
            None => self.len = cut_word(self.buf, self.len, word, count),
        }
    }

    /// Appends what `write` writes into the place behind the text, [`REACH`] bytes at most; false,
    /// and nothing is appended, without that much room.
    #[inline]
    pub(crate) fn in_place(&mut self, write: impl FnOnce(&mut Place<'_>)) -> bool {
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        let Some(mut place) = Place::of(rest) else {
            return false;
        };
        write(&mut place);
        let written = place.written();
        self.len = self.len.wrapping_add(written.unwrap_or(0));
        written.is_some()
    }

    /// Runs `write` with the text in a place of its own: either that one or this one the compiler
    /// keeps in registers, however much `write` writes, or has others write.
    #[inline]
    pub(crate) fn apart(&mut self, write: impl FnOnce(&mut Text<'_>)) {
        let mut text = Text {
            buf: self.buf,
            len: self.len,
        };
        write(&mut text);
        self.len = text.len;
    }

    /// Makes the text `count` bytes longer and gives the place for them, which is shorter when the
    /// buffer ends before.
    #[inline]
    fn grow(&mut self, count: usize) -> &mut [u8] {
        let start = self.len;
        self.len = start.saturating_add(count);
        let rest = self.buf.get_mut(start..).unwrap_or_default();
        let count = count.min(rest.len());
        rest.get_mut(..count).unwrap_or_default()
    }
}

/// Writes what fits of `bytes` behind a text of `len` bytes, and returns its new length. No method,
/// so that a text need not be in memory for it.
#[cold]
#[inline(never)]
fn cut(buf: &mut [u8], len: usize, bytes: &[u8]) -> usize {
    let mut text = Text { buf, len };
    let place = text.grow(bytes.len());
    place
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    text.len
}

/// [`cut`] for the first `count` bytes of `word`, which so need not be in memory either.
#[cold]
#[inline(never)]
fn cut_word(buf: &mut [u8], len: usize, word: u128, count: usize) -> usize {
    let bytes = word.to_le_bytes();
    cut(buf, len, bytes.get(..count).unwrap_or(&bytes))
}

/// The letter that stands after the backslash: escape_space() and escape_special() in
/// lib/string_helpers.c.
fn letter(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x0b => b'v',
        0x0c => b'f',
        b'\\' => b'\\',
        0x07 => b'a',
        0x1b => b'e',
        b'"' => b'"',
        _ => return None,
    })
}
