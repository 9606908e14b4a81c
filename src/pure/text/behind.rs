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
    three::{
        self,
        Short, //
    },
    words::in_each,
    Text, //
};

/// A number of one digit behind a byte.
pub(super) const fn digit(before: u8, n: u64) -> u64 {
    before as u64 | ((b'0' as u64 | n) << 8)
}

/// Nine digits hold what is smaller.
pub(super) const NINE_DIGITS: u64 = 1_000_000_000;

/// Fifteen do.
pub(super) const FIFTEEN_DIGITS: u64 = 1_000_000_000_000_000;

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
    pub(super) text: u64,
    pub(super) count: usize,
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
