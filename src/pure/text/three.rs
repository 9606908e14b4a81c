// SPDX-License-Identifier: GPL-2.0

//! Short numbers behind a byte, from a table of three digits.

/// The numbers of three digits.
const THOUSAND: usize = 1000;

/// A number of three digits, by bytes from the lowest on: nothing, its digits without zeros in
/// front, from the second byte on; in the fifth one how many bits these five fill; and from the
/// sixth on all three digits.
static DIGITS: [u64; THOUSAND] = digits();

/// Where all three digits are.
const ALL: u32 = 5 * u8::BITS;

/// Where it stands how many bits the beginning fills.
const BITS: u32 = 4 * u8::BITS;

const fn digits() -> [u64; THOUSAND] {
    let mut table = [0; THOUSAND];
    let mut n = 0;
    while n < THOUSAND as u64 {
        let zeros = match n {
            0..=9 => 2 * u8::BITS,
            10..=99 => u8::BITS,
            _ => 0,
        };
        let all = (b'0' as u64 + n / 100)
            | ((b'0' as u64 + n / 10 % 10) << 8)
            | ((b'0' as u64 + n % 10) << 16);
        let bits = 4 * u8::BITS - zeros;
        table[n as usize] = ((all >> zeros) << 8) | ((bits as u64) << BITS) | (all << ALL);
        n += 1;
    }
    table
}

#[inline(always)] // It is a load.
fn entry(n: u32) -> u64 {
    DIGITS.get(n as usize).copied().unwrap_or_default()
}

/// A number's beginning and what stands before it, at most seven bytes, and how many bits these
/// fill; then three digits more, if it has more than six.
pub(super) struct Short {
    pub(super) text: u64,
    pub(super) bits: u32,
    pub(super) more: Option<u64>,
}

/// What a number below 1,000,000,000 is behind `before`.
#[inline(always)] // Not a call for each number.
pub(super) fn short(before: u8, n: u32) -> Short {
    let begin = |n: u32| {
        let entry = entry(n);
        let text = u64::from(entry as u32) | u64::from(before);
        (text, u32::from((entry >> BITS) as u8))
    };
    let all = |n: u32| entry(n) >> ALL;
    let (thousands, ones) = (n / THOUSAND as u32, n % THOUSAND as u32);
    if n < 1_000 {
        let (text, bits) = begin(n);
        return Short {
            text,
            bits,
            more: None,
        };
    }
    let (high, low, more) = match n {
        ..1_000_000 => (thousands, ones, None),
        _ => (
            thousands / THOUSAND as u32,
            thousands % THOUSAND as u32,
            Some(all(ones)),
        ),
    };
    let (text, bits) = begin(high);
    Short {
        text: text | all(low).wrapping_shl(bits),
        bits: bits.wrapping_add(3 * u8::BITS),
        more,
    }
}
