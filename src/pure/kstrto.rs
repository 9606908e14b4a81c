// SPDX-License-Identifier: GPL-2.0

//! Numbers that programs write into files, read as the kernel's kstrto*() functions read them,
//! errors included (lib/kstrtox.c).

/// Why a text is not the number that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadNumber {
    /// Not a number (EINVAL).
    Invalid,
    /// A number that does not fit (ERANGE).
    Range,
}

/// The part of a buffer that a C string in it has: up to the first 0.
pub(crate) fn c_string(buf: &[u8]) -> &[u8] {
    buf.split(|byte| *byte == 0).next().unwrap_or(&[])
}

/// A text without the white space around it, as strstrip() takes it off.
pub(crate) fn strstrip(text: &[u8]) -> &[u8] {
    // isspace() of lib/ctype.c, which knows Latin-1's non-breaking space.
    let is_space = |byte| matches!(byte, b'\t'..=b'\r' | b' ' | 0xa0);
    let mut text = text;
    while let [first, rest @ ..] = text {
        if !is_space(*first) {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if !is_space(*last) {
            break;
        }
        text = rest;
    }
    text
}

/// The value of a digit. (`char::to_digit` panics for bases that it does not know.)
fn digit(byte: u8, base: u32) -> Option<u32> {
    char::from(byte).to_digit(16).filter(|digit| *digit < base)
}

/// Digits without a sign, to the end but for one newline. With base 0 a leading "0x" means
/// hexadecimal, another "0" octal.
fn unsigned(text: &[u8], base: u32) -> Result<u64, BadNumber> {
    let (base, digits) = match (base, text) {
        (0 | 16, [b'0', b'x' | b'X', digits @ ..])
            if base == 16 || digits.first().is_some_and(u8::is_ascii_hexdigit) =>
        {
            (16, digits)
        }
        (0, [b'0', ..]) => (8, text),
        (0, _) => (10, text),
        _ => (base, text),
    };
    let mut number = Some(0u64);
    let mut rest = digits;
    while let [byte, behind @ ..] = rest {
        let Some(digit) = digit(*byte, base) else {
            break;
        };
        number = number
            .and_then(|number| number.checked_mul(base.into()))
            .and_then(|number| number.checked_add(digit.into()));
        rest = behind;
    }
    // Overflow is found before anything that follows.
    let number = number.ok_or(BadNumber::Range)?;
    match rest {
        _ if rest.len() == digits.len() => Err(BadNumber::Invalid),
        [] | [b'\n'] => Ok(number),
        _ => Err(BadNumber::Invalid),
    }
}

/// kstrtoull().
pub(crate) fn u64(text: &[u8], base: u32) -> Result<u64, BadNumber> {
    unsigned(text.strip_prefix(b"+").unwrap_or(text), base)
}

/// kstrtouint().
pub(crate) fn u32(text: &[u8], base: u32) -> Result<u32, BadNumber> {
    u64(text, base).and_then(|number| u32::try_from(number).map_err(|_| BadNumber::Range))
}

/// kstrtoint().
pub(crate) fn i32(text: &[u8], base: u32) -> Result<i32, BadNumber> {
    let number = match text.strip_prefix(b"-") {
        // -2^63 fits, and so does no number below it.
        Some(digits) => 0i64
            .checked_sub_unsigned(unsigned(digits, base)?)
            .ok_or(BadNumber::Range)?,
        None => i64::try_from(u64(text, base)?).map_err(|_| BadNumber::Range)?,
    };
    i32::try_from(number).map_err(|_| BadNumber::Range)
}
