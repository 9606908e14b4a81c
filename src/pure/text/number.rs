// SPDX-License-Identifier: GPL-2.0

//! Numbers in the forms that /proc uses.
//!
//! Digits are made eight at a time, each in a byte of one word: a handful of multiplications for all of them, without a loop, a
//! table or a branch for each.

use super::Text;

/// Eight digits hold what is smaller.
const EIGHT_DIGITS: u64 = 100_000_000;

/// `byte` in each byte of a word.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

impl Text<'_> {
    /// Appends `n` in decimal.
    #[inline]
    pub(crate) fn dec(&mut self, n: u64) {
        match n {
            // Many fields of many files are 0.
            0..=9 => self.byte(b'0' + n as u8),
            10..EIGHT_DIGITS => self.dec_short(n),
            _ => self.dec_long(n),
        }
    }

    /// Appends `n` in decimal, with a minus sign when it is negative.
    #[inline]
    pub(crate) fn dec_signed(&mut self, n: i64) {
        if n < 0 {
            self.byte(b'-');
        }
        self.dec(n.unsigned_abs());
    }

    /// Appends `n` in decimal, right-aligned with spaces: seq_put_decimal_ull_width().
    pub(crate) fn dec_width(&mut self, n: u64, width: usize) {
        if n >= EIGHT_DIGITS || width > 8 {
            self.repeat(b' ', width.saturating_sub(dec_digits(n)));
            return self.dec(n);
        }
        let digits = decimal(n);
        let zeros = leading(digits);
        // A space is the digit 0 without one bit.
        let spaces = all(b'0' ^ b' ') & !u64::MAX.wrapping_shl(zeros);
        let unwanted = zeros.min(u64::BITS - u8::BITS * width as u32);
        self.digits((digits | all(b'0')) ^ spaces, unwanted);
    }

    /// Appends `n` in decimal and spaces up to `width` bytes: "%-*lu".
    pub(crate) fn dec_left(&mut self, n: u64, width: usize) {
        self.dec(n);
        self.repeat(b' ', width.saturating_sub(dec_digits(n)));
    }

    /// Appends a label and `n` in decimal: seq_put_decimal_ull().
    #[inline]
    pub(crate) fn field(&mut self, label: &[u8], n: u64) {
        self.bytes(label);
        self.dec(n);
    }

    /// Appends a label and `n` in decimal: seq_put_decimal_ll().
    #[inline]
    pub(crate) fn field_signed(&mut self, label: &[u8], n: i64) {
        self.bytes(label);
        self.dec_signed(n);
    }

    /// Appends each number in decimal, with a space in front of each.
    pub(crate) fn spaced(&mut self, numbers: &[u64]) {
        for n in numbers {
            self.field(b" ", *n);
        }
    }

    /// As [`Text::spaced`], for numbers with a sign.
    pub(crate) fn spaced_signed(&mut self, numbers: &[i64]) {
        for n in numbers {
            self.field_signed(b" ", *n);
        }
    }

    /// Appends `n` in hexadecimal, lower case.
    pub(crate) fn hex(&mut self, n: u64) {
        self.hex_width(n, 1);
    }

    /// Appends `n` in hexadecimal with at least `width` digits: seq_put_hex_ll().
    pub(crate) fn hex_width(&mut self, n: u64, width: usize) {
        let digits = (u64::BITS - n.leading_zeros()).div_ceil(4) as usize;
        self.repeat(b'0', width.saturating_sub(16));
        let unwanted = 16 - digits.max(width).min(16);
        let [high, low] = [hexadecimal((n >> 32) as u32), hexadecimal(n as u32)];
        let text = u128::from(high) | u128::from(low) << u64::BITS;
        self.double_word(text.wrapping_shr(u8::BITS * unwanted as u32), 16 - unwanted);
    }

    /// Appends `n` in octal.
    pub(crate) fn oct(&mut self, n: u64) {
        self.oct_width(n, 1);
    }

    /// Appends `n` in octal with at least `width` digits.
    pub(crate) fn oct_width(&mut self, mut n: u64, width: usize) {
        let digits = (u64::BITS - n.leading_zeros()).div_ceil(3) as usize;
        let digits = digits.max(width);
        let out = self.grow(digits);
        // Where the buffer ends within the number, its last digits are lost.
        for _ in out.len()..digits {
            n >>= 3;
        }
        for byte in out.iter_mut().rev() {
            *byte = b'0' + (n & 7) as u8;
            n >>= 3;
        }
    }

    /// Appends a number of at most eight digits.
    fn dec_short(&mut self, n: u64) {
        let digits = decimal(n);
        self.digits(digits | all(b'0'), leading(digits));
    }

    /// Appends a number of more than eight digits.
    fn dec_long(&mut self, n: u64) {
        let (high, low) = (n / EIGHT_DIGITS, n % EIGHT_DIGITS);
        if high < EIGHT_DIGITS {
            self.dec_short(high);
        } else {
            self.dec_short(high / EIGHT_DIGITS);
            self.digits(decimal(high % EIGHT_DIGITS) | all(b'0'), 0);
        }
        self.digits(decimal(low) | all(b'0'), 0);
    }

    /// Appends eight digits without the first of them, which fill `unwanted` bits.
    #[inline]
    fn digits(&mut self, digits: u64, unwanted: u32) {
        self.word(
            digits.wrapping_shr(unwanted),
            (u64::BITS - unwanted) as usize / 8,
        );
    }
}

/// How many digits `n` has in decimal.
fn dec_digits(n: u64) -> usize {
    n.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The eight digits of `n`, the first in the lowest byte.
#[inline]
fn decimal(n: u64) -> u64 {
    // Twice four digits, then four times two, then eight times one: each step splits all parts of the word at once. The
    // products are the quotients of 100 and 10 for numbers of that size, and no part grows into the next one.
    let thousands = n / 10_000;
    let fours = thousands | n.wrapping_sub(thousands.wrapping_mul(10_000)) << 32;
    let hundreds = fours.wrapping_mul(10_486) >> 20 & 0x7f_0000_007f;
    let twos = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = twos.wrapping_mul(103) >> 10 & 0x000f_000f_000f_000f;
    tens | twos.wrapping_sub(tens.wrapping_mul(10)) << 8
}

/// How many bits the zeros in front of a number fill; the last digit always counts.
#[inline]
fn leading(digits: u64) -> u32 {
    (digits | 1 << 56).trailing_zeros() & !7
}

/// Eight hexadecimal digits, as letters, the first in the lowest byte.
#[inline]
fn hexadecimal(n: u32) -> u64 {
    let n = u64::from(n);
    let twos = (n | n << 16) & 0x0000_ffff_0000_ffff;
    let twos = (twos | twos << 8) & 0x00ff_00ff_00ff_00ff;
    let digits = (twos | twos << 4) & all(0x0f);
    // 1 where the digit is a letter.
    let letters = digits.wrapping_add(all(6)) >> 4 & all(1);
    let to_letter = u64::from(b'a' - b'9' - 1);
    (digits | all(b'0'))
        .wrapping_add(letters.wrapping_mul(to_letter))
        .swap_bytes()
}
