// SPDX-License-Identifier: GPL-2.0

//! Numbers in the columns of a table, each with what it was last written as: from row to row they
//! are mostly alike.

use super::{
    behind::{
        digit,
        High,
        FIFTEEN_DIGITS,
        NINE_DIGITS, //
    },
    number::{
        bytes,
        decimal,
        EIGHT_DIGITS, //
    },
    place::Place,
    three::{
        self,
        Short, //
    },
    words::in_each,
};

const TAB: u8 = b'\t';

/// A number in a column, and what the last short one there was written as, to be written again:
/// they are mostly alike from row to row.
#[derive(Clone, Debug)]
pub(crate) struct Slot<Kind> {
    word: u64,
    number: u64,
    text: u64,
    count: u32,
    kind: Kind,
}

impl<Kind: Copy> Slot<Kind> {
    /// Zero, and nothing is remembered.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            word: 0,
            number: 0,
            text: digit(TAB, 0),
            count: 2,
            kind,
        }
    }

    /// Puts a number into the column.
    #[inline(always)] // It is a store.
    pub(crate) fn put(&mut self, word: u64) {
        self.word = word;
    }

    /// The number in the column.
    #[inline(always)] // It is a load.
    pub(crate) fn word(&self) -> u64 {
        self.word
    }

    /// Writes a number, and remembers it.
    #[inline(always)] // As `Text::behind()`.
    fn remember(&mut self, number: u64, text: u64, count: usize, place: &mut Place<'_>) {
        self.number = number;
        self.text = text;
        self.count = count as u32;
        place.word(text, count);
    }

    /// What was said of the column.
    #[inline(always)] // It is a load.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }
}

impl Place<'_> {
    /// Appends the number of a column in decimal behind a tab, 16 bytes at most; false, and nothing
    /// is written, if it has more than fifteen digits.
    #[inline(always)] // As `Text::behind()`.
    pub(super) fn tabbed_number<Kind: Copy>(&mut self, slot: &mut Slot<Kind>) -> bool {
        match slot.word {
            n if n == slot.number => self.word(slot.text, slot.count as usize),
            n @ 0..=9 => slot.remember(n, digit(TAB, n), 2, self),
            n @ 10..NINE_DIGITS => {
                let Short { text, bits, more } = three::short(TAB, n as u32);
                match more {
                    // Not in one word.
                    Some(more) if bits > u64::BITS - 3 * u8::BITS => {
                        self.word(text, bytes(bits, 0));
                        self.word(more, 3);
                    }
                    more => {
                        let digits = 3 * usize::from(more.is_some());
                        let text = text | more.unwrap_or(0).wrapping_shl(bits);
                        let count = bytes(bits, 0).wrapping_add(digits);
                        slot.remember(n, text, count, self);
                    }
                }
            }
            n @ NINE_DIGITS..FIFTEEN_DIGITS => {
                let High { text, count, .. } = High::<TAB>::of(n / EIGHT_DIGITS);
                self.word(text, count);
                self.word(decimal(n % EIGHT_DIGITS) | in_each(b'0'), 8);
            }
            _ => return false,
        }
        true
    }
}
