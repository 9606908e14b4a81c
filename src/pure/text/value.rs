// SPDX-License-Identifier: GPL-2.0

//! Lines of values with tabs between them. A number and what stands before it are one store.

use super::{
    behind::{
        High,
        Last, //
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
    /// Appends what each of `items` has, with a tab in front of each: its value, or the text that
    /// `other` writes where it has none.
    #[inline]
    pub(crate) fn tabbed<T: Copy>(
        &mut self,
        items: &[T],
        value: impl Fn(T) -> Option<Value>,
        other: impl Fn(T, &mut Text<'_>),
    ) {
        let mut high = High::<b'\t'>::of(0);
        self.apart(|text| {
            for item in items {
                match value(*item) {
                    Some(value) => text.value_behind(value, &mut high),
                    None => {
                        text.byte(b'\t');
                        other(*item, text);
                    }
                }
            }
        });
    }

    /// Appends the number that each of `words` is, with a tab in front of each. What the largest
    /// ones are, by their places, `odd` says: they can be other values than numbers. `last` is what
    /// is remembered for each place.
    #[inline(never)] // Short rows need not make room for it.
    pub(crate) fn tabbed_words(
        &mut self,
        words: &[u64],
        last: &mut [Last],
        odd: impl Fn(usize) -> Value,
    ) {
        self.apart(|text| {
            let mut rest = text.tabbed_quickly(words, last, &odd);
            let mut high = High::<b'\t'>::of(0);
            while let [word, more @ ..] = rest {
                let at = words.len().wrapping_sub(rest.len());
                text.behind(*word, &mut high, |text| text.odd_behind::<b'\t'>(odd(at)));
                rest = more;
            }
        });
    }

    /// Appends those of the numbers that are not very long, up to the first other one, if there is
    /// much room, and returns those that are left.
    #[inline(always)] // As `behind()`.
    fn tabbed_quickly<'w>(
        &mut self,
        words: &'w [u64],
        last: &mut [Last],
        odd: impl Fn(usize) -> Value,
    ) -> &'w [u64] {
        let rest = self.buf.get_mut(self.len..).unwrap_or_default();
        let Some(mut place) = Place::of(rest, words.len()) else {
            return words;
        };
        let mut done = 0usize;
        for (n, last) in words.iter().zip(last) {
            if !place.tabbed(*n, last) {
                match odd(done) {
                    Value::Letter(letter) => place.word(after::<b'\t'>(letter), 2),
                    Value::Negative(1) => place.word(minus::<b'\t'>(b'1'), 3),
                    _ => break,
                }
            }
            done = done.wrapping_add(1);
        }
        self.len = self.len.wrapping_add(place.len());
        words.get(done..).unwrap_or_default()
    }

    /// Appends a value behind a line feed, which the text ends in, or at its beginning. A number
    /// and what stands before it are one store: so the line feed is written once more.
    #[inline]
    pub(crate) fn first_in_line(&mut self, value: Value) {
        match self.len.checked_sub(1) {
            Some(len) => self.apart(|text| {
                text.len = len;
                text.value_behind(value, &mut High::<b'\n'>::of(0));
            }),
            None => match value {
                Value::Number(n) => self.dec(n),
                Value::Negative(n) => {
                    self.byte(b'-');
                    self.dec(n);
                }
                Value::Letter(letter) => self.byte(letter),
            },
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
