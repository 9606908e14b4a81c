// SPDX-License-Identifier: GPL-2.0

//! Lines of values with tabs between them. A number and what stands before it are one store.

use super::{
    number::{
        long,
        High, //
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
                        text.apart(|text| other(*item, text));
                    }
                }
            }
        });
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
            Value::Number(n) => self.behind(n, high),
            Value::Negative(n) => {
                self.bytes(&[BEFORE, b'-']);
                self.len = long(self.buf, self.len, n);
            }
            Value::Letter(letter) => self.word(u64::from(BEFORE) | (u64::from(letter) << 8), 2),
        }
    }
}
