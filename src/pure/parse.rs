// SPDX-License-Identifier: GPL-2.0

//! Numbers out of names and option values, with the kernel's own rules.

/// The number that a directory entry's name stands for (a pid, a thread, a file descriptor).
///
/// As fs/proc/util.c:name_to_int(): digits alone, no leading zero, and nothing that comes near
/// `u32::MAX`, so that no entry is reachable under two names.
pub(crate) fn name_to_int(name: &[u8]) -> Option<u32> {
    // A number above this one may not grow by another digit.
    const LAST: u32 = (u32::MAX - 9) / 10;

    if let [] | [b'0', _, ..] = name {
        return None;
    }
    name.iter().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' if number < LAST => Some(number * 10 + u32::from(byte - b'0')),
        _ => None,
    })
}

/// The value of a string as kstrtouint(text, 0, ..) reads it: "+" may stand in front and a newline
/// behind, "0x" means hexadecimal and another leading "0" octal.
pub(crate) fn kstrtouint(text: &[u8]) -> Option<u32> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let (base, digits) = match text {
        [b'0', b'x' | b'X', digits @ ..] if digits.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, digits)
        }
        [b'0', ..] => (8, text),
        _ => (10, text),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |number, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        number.checked_mul(base)?.checked_add(digit)
    })
}
