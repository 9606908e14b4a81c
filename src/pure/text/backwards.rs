// SPDX-License-Identifier: GPL-2.0

//! Text written from its end to its beginning. Of a number the last digit comes out first, so that
//! a row of many numbers is written fastest in this way: nobody counts digits, and a number of one
//! digit takes one step.

/// "00" to "99": two digits for one division.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// A text that grows towards the beginning of a borrowed buffer. What does not fit is lost.
pub(crate) struct Backwards<'a> {
    free: core::slice::IterMut<'a, u8>,
}

/// The most bytes that a number needs, whatever its sign.
pub(crate) const LONGEST: usize = 20;

/// The text that `write` writes at the end of `buf`.
pub(crate) fn backwards(buf: &mut [u8], write: impl FnOnce(&mut Backwards<'_>)) -> &[u8] {
    let mut text = Backwards {
        free: buf.iter_mut(),
    };
    write(&mut text);
    let start = text.free.len();
    buf.get(start..).unwrap_or_default()
}

impl Backwards<'_> {
    /// Puts a byte in front.
    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(place) = self.free.next_back() {
            *place = byte;
        }
    }

    /// Puts `n` in decimal in front.
    #[inline]
    pub(crate) fn dec(&mut self, n: u64) {
        match n {
            0..=9 => self.byte(b'0' + n as u8),
            _ => self.dec_long(n),
        }
    }

    /// Puts `n` in decimal in front, with a minus sign when it is negative.
    #[inline]
    pub(crate) fn dec_signed(&mut self, n: i64) {
        self.dec(n.unsigned_abs());
        if n < 0 {
            self.byte(b'-');
        }
    }

    #[inline(never)]
    fn dec_long(&mut self, mut n: u64) {
        while n > 9 {
            let [tens, ones] = PAIRS.get((n % 100) as usize).copied().unwrap_or_default();
            self.byte(ones);
            self.byte(tens);
            n /= 100;
            if n == 0 {
                return;
            }
        }
        self.byte(b'0' + n as u8);
    }
}
