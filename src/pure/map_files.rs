// SPDX-License-Identifier: GPL-2.0

//! The names in `/<pid>/map_files` (dname_to_vma_addr() in fs/proc/base.c).

use crate::pure::text::Text;

/// The longest name.
pub(crate) const NAME_LEN: usize = 33;

/// Addresses that a name stands for: the first one, and the one behind the last.
///
/// As the kernel reads it, which is wider than what readdir writes: letters of both cases, and no
/// digits at all for 0; but no leading zero.
pub(crate) fn range_of_name(name: &[u8]) -> Option<(u64, u64)> {
    if let [b'0', second, ..] = name {
        if *second != b'-' {
            return None;
        }
    }
    let (start, rest) = leading_hex(name)?;
    let [b'-', rest @ ..] = rest else {
        return None;
    };
    if let [b'0', _, ..] = rest {
        return None;
    }
    let (end, rest) = leading_hex(rest)?;
    rest.is_empty().then_some((start, end))
}

/// Writes the name of a range of addresses.
pub(crate) fn name_of_range(start: u64, end: u64, out: &mut Text<'_>) {
    out.hex(start);
    out.byte(b'-');
    out.hex(end);
}

/// The word that an inode number is made from. Mappings of one address space don't overlap, so that
/// either end alone tells them apart; both together also tell a mapping from what it grows to.
pub(crate) fn key_of_range(start: u64, end: u64) -> u64 {
    start.rotate_left(32) ^ end
}

/// The number at the beginning of `text` and what follows it: _parse_integer(). None if the number
/// does not fit.
fn leading_hex(text: &[u8]) -> Option<(u64, &[u8])> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let len = text.iter().take_while(|byte| digit(byte).is_some()).count();
    let (digits, rest) = text.split_at_checked(len)?;
    let number = digits
        .iter()
        .filter_map(digit)
        .try_fold(0u64, |number, digit| {
            Some(number.checked_mul(16)? | u64::from(digit))
        })?;
    Some((number, rest))
}
