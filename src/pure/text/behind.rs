// SPDX-License-Identifier: GPL-2.0

//! Numbers in rows, each behind a byte that stands between two.
//!
//! Most are short: their digits are looked up, three at a time.

use super::{
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
    Text, //
};

use core::cell::Cell;

const TAB: u8 = b'\t';

/// A number of one digit behind a byte.
const fn digit(before: u8, n: u64) -> u64 {
    before as u64 | ((b'0' as u64 | n) << 8)
}

/// Nine digits hold what is smaller.
const NINE_DIGITS: u64 = 1_000_000_000;

/// Fifteen do.
const FIFTEEN_DIGITS: u64 = 1_000_000_000_000_000;

impl Text<'_> {
    /// Appends each number in decimal, with a space in front of each.
    #[inline(never)]
    pub(crate) fn spaced(&mut self, numbers: &[u64]) {
        let mut high = High::<b' '>::of(0);
        self.apart(|text| {
            let mut one = |n: &u64| text.behind(*n, &mut high, |text| text.long_behind(b' ', *n));
            numbers.iter().for_each(&mut one);
        });
    }

    /// As [`Text::spaced`], for numbers with a sign.
    #[inline(never)]
    pub(crate) fn spaced_signed(&mut self, numbers: &[i64]) {
        let mut high = High::<b' '>::of(0);
        self.apart(|text| {
            for n in numbers {
                match *n {
                    // No terminal, no group: the one negative number that many tasks have.
                    -1 => text.bytes(b" -1"),
                    n => text.behind(n as u64, &mut high, |text| match n {
                        0.. => text.long_behind(b' ', n as u64),
                        _ => text.negative_behind(b' ', n.unsigned_abs()),
                    }),
                }
            }
        });
    }

    /// Appends `n` in decimal behind `BEFORE`, or what `odd` writes if it has more than fifteen
    /// digits.
    // Not a call for each number: the text would have to be in memory for it.
    #[inline(always)]
    pub(super) fn behind<const BEFORE: u8>(
        &mut self,
        n: u64,
        high: &mut High<BEFORE>,
        odd: impl FnOnce(&mut Self),
    ) {
        match n {
            0..=9 => self.word(digit(BEFORE, n), 2),
            10..NINE_DIGITS => {
                let Short { text, bits, more } = three::short(BEFORE, n as u32);
                self.word(text, bytes(bits, 0));
                if let Some(more) = more {
                    self.word(more, 3);
                }
            }
            NINE_DIGITS..FIFTEEN_DIGITS => {
                // Most numbers of that size are addresses, and those next to each other begin
                // alike.
                if high.number != n / EIGHT_DIGITS {
                    *high = High::of(n / EIGHT_DIGITS);
                }
                self.word(high.text, high.count);
                self.word(decimal(n % EIGHT_DIGITS) | in_each(b'0'), 8);
            }
            _ => odd(self),
        }
    }

    /// Appends a number of any size behind `before`.
    #[inline]
    pub(super) fn long_behind(&mut self, before: u8, n: u64) {
        self.byte(before);
        self.len = long(self.buf, self.len, n);
    }

    /// Appends a number below zero, which is given without its sign, behind `before`.
    #[inline]
    pub(super) fn negative_behind(&mut self, before: u8, n: u64) {
        let minus = u64::from(before) | (u64::from(b'-') << 8);
        match n {
            // What there is none of: the one negative number that many tasks have.
            1 => self.word(minus | (u64::from(b'1') << 16), 3),
            n => {
                self.word(minus, 2);
                self.len = long(self.buf, self.len, n);
            }
        }
    }
}

/// `BEFORE` and the beginning of a number, at most seven digits: none for 0.
pub(super) struct High<const BEFORE: u8> {
    number: u64,
    text: u64,
    count: usize,
}

/// A number in a column, and what the last short one there was written as, to be written again:
/// they are mostly alike from row to row.
#[derive(Clone, Debug)]
pub(crate) struct Slot<Kind> {
    word: u64,
    number: Cell<u64>,
    text: Cell<u64>,
    count: Cell<u32>,
    kind: Kind,
}

impl<Kind: Copy> Slot<Kind> {
    /// Zero, and nothing is remembered.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            word: 0,
            number: Cell::new(0),
            text: Cell::new(digit(TAB, 0)),
            count: Cell::new(2),
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
    fn remember(&self, number: u64, text: u64, count: usize, place: &mut Place<'_>) {
        self.number.set(number);
        self.text.set(text);
        self.count.set(count as u32);
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
    pub(super) fn tabbed_number<Kind: Copy>(&mut self, slot: &Slot<Kind>) -> bool {
        match slot.word {
            n if n == slot.number.get() => self.word(slot.text.get(), slot.count.get() as usize),
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

impl<const BEFORE: u8> High<BEFORE> {
    #[inline]
    pub(super) fn of(number: u64) -> Self {
        let digits = decimal(number);
        // It stands where the last of the zeros in front would.
        let unwanted = (digits.trailing_zeros() & !7).wrapping_sub(u8::BITS);
        let text = (digits | in_each(b'0')).wrapping_shr(unwanted) ^ u64::from(b'0' ^ BEFORE);
        Self {
            number,
            text,
            count: bytes(u64::BITS, unwanted),
        }
    }
}

/// Appends a number of any size to a text of `len` bytes in `buf` and returns its new length. No
/// method, so that a text need not be in memory for it.
#[inline(never)]
pub(super) fn long(buf: &mut [u8], len: usize, n: u64) -> usize {
    let mut text = Text { buf, len };
    match n {
        // What "no limit" is, which most limits are.
        u64::MAX => text.bytes(b"18446744073709551615"),
        n => text.dec_long(n),
    }
    text.len
}
