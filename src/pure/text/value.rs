// SPDX-License-Identifier: GPL-2.0

//! Lines of values with tabs between them. A number and what stands before it are one store.

use super::{
    number::bytes,
    place::Place,
    slot::Slot,
    three::{
        self,
        Short, //
    },
    Text, //
};

/// What a text of tabs is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A number.
    Number(u64),
    /// A number below zero, without its sign.
    Negative(u64),
    /// A letter.
    Letter(u8),
}

impl Text<'_> {
    /// Appends a value with a tab in front.
    pub(crate) fn tabbed(&mut self, value: Value) {
        self.byte(b'\t');
        self.value(value);
    }

    /// Has a line written by `write`, each value behind a tab, the first one too: what stands
    /// before a number is written with it, and then becomes what it was, the end of the line
    /// before. `None`, and the text stays as it is, if `write` says so, or if there is no line
    /// before or not much room.
    #[inline(always)] // Nothing of a line need be in memory.
    pub(crate) fn line_quickly<T>(
        &mut self,
        write: impl FnOnce(&mut Place<'_>) -> Option<T>,
    ) -> Option<T> {
        let before = self.len.wrapping_sub(1);
        let mut place = Place::of(self.buf.get_mut(before..)?)?;
        let kept = place.first();
        let written = write(&mut place);
        place.put_first(kept);
        let len = place.written()?.max(1);
        written.inspect(|_| self.len = before.wrapping_add(len))
    }

    /// Appends a value with nothing in front.
    pub(crate) fn value(&mut self, value: Value) {
        match value {
            Value::Number(n) => self.dec(n),
            Value::Negative(n) => {
                self.byte(b'-');
                self.dec(n);
            }
            Value::Letter(letter) => self.byte(letter),
        }
    }
}

impl Place<'_> {
    /// Appends the value of a column behind a tab, 16 bytes at most; `odd` says what the largest
    /// words are. False, and nothing is written, for a number of more than fifteen digits, or one
    /// below zero of more than three.
    #[inline(always)] // As `Text::behind()`.
    pub(crate) fn tabbed<Kind: Copy>(
        &mut self,
        slot: &mut Slot<Kind>,
        odd: impl Fn(u64, Kind) -> Value,
    ) -> bool {
        if self.tabbed_number(slot) {
            return true;
        }
        let tab = |text: u64| u64::from(b'\t') | text.wrapping_shl(u8::BITS);
        match odd(slot.word(), slot.kind()) {
            Value::Letter(letter) => self.word(tab(letter.into()), 2),
            Value::Negative(n @ 0..=999) => {
                let Short { text, bits, .. } = three::short(b'-', n as u32);
                self.word(tab(text), bytes(bits, 0).wrapping_add(1));
            }
            _ => return false,
        }
        true
    }
}
