// SPDX-License-Identifier: GPL-2.0

//! Numbers in the forms that /proc uses.
//!
//! Digits are made eight at a time, each in a byte of one word: a handful of multiplications for
//! all of them, without a loop, a table or a branch for each.

use super::{
    words::in_each,
    Text, //
};

/// Eight digits hold what is smaller.
pub(super) const EIGHT_DIGITS: u64 = 100_000_000;

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
    #[inline]
    pub(crate) fn dec_width(&mut self, n: u64, width: usize) {
        if n >= EIGHT_DIGITS || width > 8 {
            return self.dec_width_long(n, width);
        }
        let digits = decimal(n);
        let zeros = leading(digits);
        // A space is a zero without one bit.
        let spaces = in_each(b'0' ^ b' ') & !u64::MAX.wrapping_shl(zeros);
        let unwanted = zeros.min(u64::BITS - u8::BITS * width as u32);
        self.digits((digits | in_each(b'0')) ^ spaces, unwanted);
    }

    /// Writes `n`, which has eight digits at most, over eight bytes of the text so far,
    /// right-aligned with spaces.
    #[inline]
    pub(crate) fn overwrite_width(&mut self, at: usize, n: u64) {
        let digits = decimal(n);
        let spaces = in_each(b'0' ^ b' ') & !u64::MAX.wrapping_shl(leading(digits));
        let bytes = ((digits | in_each(b'0')) ^ spaces).to_le_bytes();
        let rest = self.buf.get_mut(at..).unwrap_or_default();
        match rest.first_chunk_mut() {
            Some(place) => *place = bytes,
            // What is beyond the buffer was lost before.
            None => rest
                .iter_mut()
                .zip(bytes)
                .for_each(|(place, byte)| *place = byte),
        }
    }

    /// As [`Text::dec_width`], for a number with a sign: "%*lld".
    pub(crate) fn dec_width_signed(&mut self, n: i64, width: usize) {
        match u64::try_from(n) {
            Ok(n) => self.dec_width(n, width),
            Err(_) => {
                let digits = dec_digits(n.unsigned_abs());
                self.repeat(b' ', width.saturating_sub(digits + 1));
                self.dec_signed(n);
            }
        }
    }

    #[cold]
    fn dec_width_long(&mut self, n: u64, width: usize) {
        self.repeat(b' ', width.saturating_sub(dec_digits(n)));
        self.dec(n);
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

    /// Appends each number in hexadecimal, with " 0x" in front of each.
    #[inline(never)]
    pub(crate) fn spaced_hex(&mut self, numbers: &[u64]) {
        self.apart(|text| numbers.iter().for_each(|n| text.spaced_hex_one(*n)));
    }

    // As `behind()`.
    #[inline(always)]
    fn spaced_hex_one(&mut self, n: u64) {
        const PREFIX: u64 = u32::from_le_bytes(*b" 0x\0") as u64;
        if n < 10 {
            return self.word(PREFIX | ((u64::from(b'0') | n) << 24), 4);
        }
        self.word(PREFIX, 3);
        let unwanted = n.leading_zeros() / 4;
        let count = 16usize.wrapping_sub(unwanted as usize);
        match u32::try_from(n) {
            Ok(short) => {
                let unwanted = unwanted.wrapping_sub(8).wrapping_mul(u8::BITS);
                self.word(hexadecimal(short).wrapping_shr(unwanted), count);
            }
            Err(_) => self.double_word(
                hexadecimal_long(n).wrapping_shr(unwanted.wrapping_mul(u8::BITS)),
                count,
            ),
        }
    }

    /// Appends `n` in hexadecimal, lower case.
    pub(crate) fn hex(&mut self, n: u64) {
        self.hex_width(n, 1);
    }

    /// Appends `n` in hexadecimal with at least `width` digits: seq_put_hex_ll().
    #[inline]
    pub(crate) fn hex_width(&mut self, n: u64, width: usize) {
        match (u32::try_from(n), width) {
            (Ok(n), 0..=8) => self.hex_short(n, width),
            (_, 16) => self.double_word(hexadecimal_long(n), 16),
            _ => self.hex_long(n, width),
        }
    }

    /// Appends at least `width` digits, at most eight.
    #[inline(never)]
    fn hex_short(&mut self, n: u32, width: usize) {
        let digits = (u32::BITS - n.leading_zeros()).div_ceil(4) as usize;
        let unwanted = 8usize.wrapping_sub(digits.max(width));
        self.digits(hexadecimal(n), u8::BITS.wrapping_mul(unwanted as u32));
    }

    #[inline(never)]
    fn hex_long(&mut self, n: u64, width: usize) {
        self.repeat(b'0', width.saturating_sub(16));
        let digits = (u64::BITS - n.leading_zeros()).div_ceil(4) as usize;
        let count = digits.max(width.min(16));
        let unwanted = 16usize.wrapping_sub(count) as u32;
        self.double_word(
            hexadecimal_long(n).wrapping_shr(unwanted.wrapping_mul(u8::BITS)),
            count,
        );
    }

    /// Appends the numbers of a device: " %02x:%02x ".
    #[inline]
    pub(crate) fn device(&mut self, major: u32, minor: u32) {
        if major > 0xff || minor > 0xff {
            return self.device_long(major, minor);
        }
        let digits = hexadecimal((major << 8) | minor) >> 32;
        let text = u64::from(b' ')
            | ((digits & 0xffff) << 8)
            | (u64::from(b':') << 24)
            | ((digits >> 16) << 32)
            | (u64::from(b' ') << 48);
        self.word(text, 7);
    }

    #[cold]
    fn device_long(&mut self, major: u32, minor: u32) {
        self.byte(b' ');
        self.hex_width(major.into(), 2);
        self.byte(b':');
        self.hex_width(minor.into(), 2);
        self.byte(b' ');
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
    #[inline(never)]
    fn dec_short(&mut self, n: u64) {
        let digits = decimal(n);
        self.digits(digits | in_each(b'0'), leading(digits));
    }

    /// Appends a number of any size.
    #[inline(never)]
    pub(super) fn dec_long(&mut self, n: u64) {
        let (high, low) = (n / EIGHT_DIGITS, n % EIGHT_DIGITS);
        if high == 0 {
            return self.dec_short(low);
        }
        if high < EIGHT_DIGITS {
            self.dec_short(high);
        } else {
            self.dec_short(high / EIGHT_DIGITS);
            self.digits(decimal(high % EIGHT_DIGITS) | in_each(b'0'), 0);
        }
        self.digits(decimal(low) | in_each(b'0'), 0);
    }

    /// Appends eight digits without the first of them, which fill `unwanted` bits.
    #[inline]
    fn digits(&mut self, digits: u64, unwanted: u32) {
        let text = digits.wrapping_shr(unwanted);
        self.word(text, bytes(u64::BITS, unwanted));
    }
}

/// How many bytes are left of `bits` without `unwanted` ones.
#[inline]
pub(super) fn bytes(bits: u32, unwanted: u32) -> usize {
    (bits.wrapping_sub(unwanted) / u8::BITS) as usize
}

/// How many digits `n` has in decimal.
fn dec_digits(n: u64) -> usize {
    n.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The eight digits of `n`, the first in the lowest byte.
#[inline]
pub(super) fn decimal(n: u64) -> u64 {
    // Twice four digits, then four times two, then eight times one: each step splits all parts of
    // the word at once. The products are the quotients of 100 and 10 for numbers of that size, and
    // no part grows into the next one.
    let thousands = n / 10_000;
    let fours = thousands | (n.wrapping_sub(thousands.wrapping_mul(10_000)) << 32);
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | (fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16);
    let tens = (twos.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    tens | (twos.wrapping_sub(tens.wrapping_mul(10)) << 8)
}

/// How many bits the zeros in front of a number fill; the last digit always counts.
#[inline]
fn leading(digits: u64) -> u32 {
    (digits | (1 << 56)).trailing_zeros() & !7
}

/// Eight hexadecimal digits, as letters, the first in the lowest byte.
#[inline]
fn hexadecimal(n: u32) -> u64 {
    let n = u64::from(n);
    let twos = (n | (n << 16)) & 0x0000_ffff_0000_ffff;
    let twos = (twos | (twos << 8)) & 0x00ff_00ff_00ff_00ff;
    let digits = (twos | (twos << 4)) & in_each(0x0f);
    // 1 where the digit is a letter.
    let letters = (digits.wrapping_add(in_each(6)) >> 4) & in_each(1);
    let to_letter = u64::from(b'a' - b'9' - 1);
    (digits | in_each(b'0'))
        .wrapping_add(letters.wrapping_mul(to_letter))
        .swap_bytes()
}

/// Sixteen hexadecimal digits, as letters, the first in the lowest byte.
#[inline]
fn hexadecimal_long(n: u64) -> u128 {
    let [high, low] = [hexadecimal((n >> 32) as u32), hexadecimal(n as u32)];
    u128::from(high) | (u128::from(low) << u64::BITS)
}
