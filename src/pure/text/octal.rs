// SPDX-License-Identifier: GPL-2.0

//! Names between blanks, as mount tables have them: a byte that would be mistaken for the end of a
//! name is written as a backslash and three octal digits.
//!
//! Mirrors `mangle_path()` of [`fs/seq_file.c`](srctree/fs/seq_file.c), and `seq_escape_str()` with
//! `ESCAPE_OCTAL`.

use super::{
    words::{
        beginning,
        in_each,
        short,
        HIGH,
        WORD, //
    },
    Text, //
};

/// Whether one of eight bytes is one that some table escapes: up to the blank, `\`, `#`.
#[inline]
fn is_suspect(word: u64) -> bool {
    // The highest bit of a byte that had it clear is set by a borrow: the byte was below the limit.
    let below = |word: u64, limit: u8| word.wrapping_sub(in_each(limit)) & !word;
    let [backslash, hash] = [b'\\', b'#'].map(|byte| below(word ^ in_each(byte), 1));
    (below(word, b' ' + 1) | backslash | hash) & HIGH != 0
}

/// Copies `name`, which is longer than a word, to the beginning of `to`, where there is room, if
/// none of its bytes is one that any table escapes.
#[inline]
fn copy_plain(to: &mut [u8], name: &[u8]) -> Option<()> {
    let to = to.get_mut(..name.len())?;
    let copy = |to: &mut [u8; WORD], from: &[u8; WORD]| {
        *to = *from;
        (!is_suspect(u64::from_le_bytes(*from))).then_some(())
    };
    for (to, from) in to.chunks_exact_mut(WORD).zip(name.chunks_exact(WORD)) {
        copy(to.first_chunk_mut()?, from.first_chunk()?)?;
    }
    // The last ones once more, with the rest.
    copy(to.last_chunk_mut()?, name.last_chunk()?)
}

/// A byte as it is written where it is escaped.
const fn escape(byte: u8) -> [u8; 4] {
    [
        b'\\',
        b'0' + (byte >> 6),
        b'0' + ((byte >> 3) & 7),
        b'0' + (byte & 7),
    ]
}

impl Text<'_> {
    /// Appends the first `len` bytes of `name` as [`Text::octal`] does. A short one is written
    /// sooner where more bytes can be read.
    #[inline]
    pub(crate) fn octal_beginning(&mut self, name: &[u8], len: usize, only: &[u8]) {
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        if let (0..=WORD, Some(word), Some(place)) =
            (len, name.first_chunk(), rest.first_chunk_mut())
        {
            let word = beginning(u64::from_le_bytes(*word), len);
            if !is_suspect(word) {
                *place = word.to_le_bytes();
                self.len = self.len.wrapping_add(len);
                return;
            }
        }
        self.octal(name.get(..len).unwrap_or(name), only);
    }

    /// Appends `name`, with those of its bytes escaped that are in `only`: blanks, control
    /// characters, backslash or hash.
    pub(crate) fn octal(&mut self, name: &[u8], only: &[u8]) {
        if name.len() > WORD {
            return self.octal_long(name, only);
        }
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        match (short(name), rest.first_chunk_mut()) {
            (Some(word), Some(place)) if !is_suspect(word) => {
                *place = word.to_le_bytes();
                self.len = self.len.wrapping_add(name.len());
            }
            _ => self.octal_by_bytes(name, only),
        }
    }

    #[inline(never)] // Short names need not make room for it.
    fn octal_long(&mut self, name: &[u8], only: &[u8]) {
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        match copy_plain(rest, name) {
            Some(()) => self.len += name.len(),
            None => self.octal_by_bytes(name, only),
        }
    }

    #[inline(never)] // As above.
    fn octal_by_bytes(&mut self, name: &[u8], only: &[u8]) {
        for &byte in name {
            match only.contains(&byte) {
                true => self.bytes(&escape(byte)),
                false => self.byte(byte),
            }
        }
    }
}

/// Moves a name from the end of `buf`, where it begins at `start` and a NUL ends it, to the
/// beginning of `buf`, with those of its bytes escaped that are in `only`, and returns how long it
/// is there; `None` if there is no room for it.
pub(crate) fn to_front(buf: &mut [u8], start: usize, only: &[u8]) -> Option<usize> {
    let (_nul, name) = buf.get(start..)?.split_last()?;
    let end = start.checked_add(name.len())?;
    let mut len = 0;
    for from in start..end {
        let byte = *buf.get(from)?;
        if only.contains(&byte) {
            // What has been read so far is the room for what is written.
            let place = buf.get_mut(..from.wrapping_add(1))?.get_mut(len..)?;
            place.first_chunk_mut::<4>()?.copy_from_slice(&escape(byte));
            len += 4;
        } else {
            *buf.get_mut(len)? = byte;
            len += 1;
        }
    }
    Some(len)
}
