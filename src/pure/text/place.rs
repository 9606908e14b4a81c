// SPDX-License-Identifier: GPL-2.0

//! Room behind a text in which much is written at once: numbers of a row, pieces of strings.
//!
//! What is not cleared must not be counted as written, so whoever takes what a place has for a text
//! asks [`Place::written`] how long it is.

use super::words::WORD;

/// How far a [`Place`] goes, but for the word that is written last.
pub(crate) const REACH: usize = 1024;

/// How much room that takes.
pub(crate) const ROOM: usize = REACH + 4 * WORD;

/// Room in which it need not be asked for each word whether it is still there.
pub(crate) struct Place<'a> {
    buf: &'a mut [u8; ROOM],
    len: usize,
}

impl<'a> Place<'a> {
    /// In a buffer of its own, behind what the first `len` bytes have.
    #[inline(always)]
    pub(super) fn behind(buf: &'a mut [u8; ROOM], len: usize) -> Self {
        Self { buf, len }
    }

    /// At the beginning of `rest`, if that is long enough.
    #[inline(always)]
    pub(super) fn of(rest: &'a mut [u8]) -> Option<Self> {
        let buf = rest.first_chunk_mut()?;
        Some(Self { buf, len: 0 })
    }

    /// The first byte.
    #[inline(always)] // It is a load.
    pub(super) fn first(&self) -> u8 {
        let [first, ..] = &*self.buf;
        *first
    }

    /// Puts another one there.
    #[inline(always)] // It is a store.
    pub(super) fn put_first(&mut self, byte: u8) {
        let [first, ..] = &mut *self.buf;
        *first = byte;
    }

    /// How long what was written is; nothing if that was too much, and so is no text.
    #[inline(always)]
    pub(super) fn written(&self) -> Option<usize> {
        (self.len <= REACH).then_some(self.len)
    }

    /// Appends a byte; true.
    #[inline(always)] // It is a store.
    pub(crate) fn byte(&mut self, byte: u8) -> bool {
        self.word(byte.into(), 1);
        true
    }

    /// Appends the first `count` bytes of a word.
    #[inline(always)] // It is a store.
    pub(crate) fn word(&mut self, word: u64, count: usize) {
        let at = self.len % REACH;
        let place = self.buf.get_mut(at..at.wrapping_add(WORD));
        if let Some(place) = place.and_then(<[u8]>::first_chunk_mut) {
            *place = word.to_le_bytes();
        }
        self.len = self.len.wrapping_add(count);
    }

    /// The word at a position, whether anything was written there or not; 0 beyond the room.
    #[inline(always)] // It is a load.
    pub(super) fn word_at(&self, position: usize) -> u64 {
        let word = self.buf.get(position..position.wrapping_add(WORD));
        word.and_then(<[u8]>::first_chunk)
            .map_or(0, |word| u64::from_le_bytes(*word))
    }

    /// Where the next byte goes.
    #[inline(always)] // It is a load.
    pub(crate) fn position(&self) -> usize {
        self.len
    }

    /// Appends the first `count` bytes of another place's buffer.
    #[inline(always)] // As `Text::behind()`.
    pub(super) fn copy(&mut self, from: &[u8; ROOM], count: usize) {
        const PIECE: usize = ROOM - REACH;
        let end = self.len.wrapping_add(count);
        for piece in from.chunks_exact(PIECE).take(count.div_ceil(PIECE)) {
            let at = self.len % REACH;
            let place = self.buf.get_mut(at..at.wrapping_add(PIECE));
            if let (Some(place), Some(piece)) = (
                place.and_then(<[u8]>::first_chunk_mut::<PIECE>),
                piece.first_chunk(),
            ) {
                *place = *piece;
            }
            self.len = self.len.wrapping_add(PIECE);
        }
        self.len = end;
    }
}
