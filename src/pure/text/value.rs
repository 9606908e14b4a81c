// SPDX-License-Identifier: GPL-2.0

//! Lines of values with tabs between them. A number and what stands before it are one store.

use super::{
    behind::{
        High,
        Slot, //
    },
    three::Place,
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
    #[inline(never)] // Most values are written with others.
    pub(crate) fn tabbed(&mut self, value: Value) {
        self.apart(|text| text.value_behind(value, &mut High::<b'\t'>::of(0)));
    }

    /// Has a line written by `write`, each value behind a tab, the first one too: what stands
    /// before a number is written with it, and then becomes what it was, the end of the line
    /// before. False, and the text stays as it is, if `write` says so, or if there is no line
    /// before or not much room.
    #[inline(always)] // Nothing of a line need be in memory.
    pub(crate) fn line_quickly(&mut self, write: impl FnOnce(&mut Place<'_>) -> bool) -> bool {
        let before = self.len.wrapping_sub(1);
        let rest = self.buf.get_mut(before..).unwrap_or_default();
        let Some(mut place) = Place::of(rest) else {
            return false;
        };
        let kept = place.first();
        let written = write(&mut place);
        place.put_first(kept);
        if written {
            self.len = before.wrapping_add(place.len().max(1));
        }
        written
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

    // As `behind()`.
    #[inline(always)]
    fn value_behind<const BEFORE: u8>(&mut self, value: Value, high: &mut High<BEFORE>) {
        match value {
            Value::Number(n) => self.behind(n, high, |text| text.long_behind(BEFORE, n)),
            odd => self.odd_behind::<BEFORE>(odd),
        }
    }

    // As `behind()`.
    #[inline(always)]
    fn odd_behind<const BEFORE: u8>(&mut self, value: Value) {
        match value {
            Value::Number(n) => self.long_behind(BEFORE, n),
            Value::Negative(n) => self.negative_behind(BEFORE, n),
            Value::Letter(letter) => self.word(after::<BEFORE>(letter), 2),
        }
    }
}

impl Place<'_> {
    /// Appends the value of a column behind a tab, 16 bytes at most; `odd` says what the largest
    /// words are. False, and nothing is written, where that takes more.
    #[inline(always)] // As `Text::behind()`.
    pub(crate) fn tabbed<Kind: Copy>(
        &mut self,
        slot: &Slot<Kind>,
        odd: impl Fn(u64, Kind) -> Value,
    ) -> bool {
        if self.tabbed_number(slot) {
            return true;
        }
        match odd(slot.word(), slot.kind()) {
            Value::Letter(letter) => self.word(after::<b'\t'>(letter), 2),
            Value::Negative(n @ 1..=9) => self.word(minus::<b'\t'>(b'0' | n as u8), 3),
            _ => return false,
        }
        true
    }
}

/// A byte behind `BEFORE`.
#[inline]
fn after<const BEFORE: u8>(byte: u8) -> u64 {
    u64::from(BEFORE) | (u64::from(byte) << 8)
}

/// A byte behind `BEFORE` and a minus sign.
#[inline]
fn minus<const BEFORE: u8>(byte: u8) -> u64 {
    after::<BEFORE>(b'-') | (u64::from(byte) << 16)
}
