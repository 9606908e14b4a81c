// SPDX-License-Identifier: GPL-2.0

//! Numbers in the forms that /proc uses.

use super::Text;

/// "00" to "99": two digits for one division.
pub(super) const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// The digits of every base up to sixteen.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl Text<'_> {
    /// Appends `n` in decimal.
    #[inline]
    pub(crate) fn dec(&mut self, n: u64) {
        match n {
            // Many fields of many files are 0.
            0..=9 => self.byte(b'0' + n as u8),
            _ => self.dec_long(n),
        }
    }

    /// Appends `n` in decimal, with a minus sign when it is negative.
    pub(crate) fn dec_signed(&mut self, n: i64) {
        if n < 0 {
            self.byte(b'-');
        }
        self.dec(n.unsigned_abs());
    }

    /// Appends `n` in decimal, right-aligned with spaces: seq_put_decimal_ull_width().
    pub(crate) fn dec_width(&mut self, n: u64, width: usize) {
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
    pub(crate) fn field_signed(&mut self, label: &[u8], n: i64) {
        self.bytes(label);
        self.dec_signed(n);
    }

    /// Appends `n` in hexadecimal, lower case.
    pub(crate) fn hex(&mut self, n: u64) {
        self.power_of_two::<4>(n, 1);
    }

    /// Appends `n` in hexadecimal with at least `width` digits: seq_put_hex_ll().
    pub(crate) fn hex_width(&mut self, n: u64, width: usize) {
        self.power_of_two::<4>(n, width);
    }

    /// Appends `n` in octal.
    pub(crate) fn oct(&mut self, n: u64) {
        self.power_of_two::<3>(n, 1);
    }

    /// Appends `n` in octal with at least `width` digits.
    pub(crate) fn oct_width(&mut self, n: u64, width: usize) {
        self.power_of_two::<3>(n, width);
    }

    fn dec_long(&mut self, mut n: u64) {
        let digits = dec_digits(n);
        let out = self.grow(digits);
        // Where the buffer ends within the number, its last digits are lost.
        for _ in out.len()..digits {
            n /= 10;
        }
        write_dec(out, n);
    }

    /// Appends `n` in base 2^`BITS`, with zeros in front up to `width` digits.
    fn power_of_two<const BITS: u32>(&mut self, mut n: u64, width: usize) {
        let digits = (u64::BITS - n.leading_zeros()).div_ceil(BITS).max(1) as usize;
        let digits = digits.max(width);
        let out = self.grow(digits);
        for _ in out.len()..digits {
            n >>= BITS;
        }
        for byte in out.iter_mut().rev() {
            let digit = n & ((1 << BITS) - 1);
            *byte = DIGITS.get(digit as usize).copied().unwrap_or(b'?');
            n >>= BITS;
        }
    }
}

/// How many digits `n` has in decimal.
fn dec_digits(n: u64) -> usize {
    n.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Fills `out` with the last digits of `n`.
fn write_dec(out: &mut [u8], mut n: u64) {
    let mut pairs = out.rchunks_exact_mut(2);
    for pair in &mut pairs {
        if let ([tens, ones], Some(digits)) = (pair, PAIRS.get((n % 100) as usize)) {
            [*tens, *ones] = *digits;
        }
        n /= 100;
    }
    if let [first] = pairs.into_remainder() {
        *first = b'0' + (n % 10) as u8;
    }
}
