// SPDX-License-Identifier: GPL-2.0

//! One name of a policy's list, as it is written: a path from the root of the instance, without a
//! slash in front.
//!
//! `%XX` stands for any byte, with the number in hexadecimal. Percent, and no backslash: mountinfo
//! writes a backslash as an octal number, which its readers turn back once.

use crate::pure::text::Text;

/// The longest name, decoded or in canonical text, in bytes: `fsconfig()` takes no longer value.
pub(crate) const LONGEST: usize = 255;

/// What is wrong with the way a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadItem {
    /// There is nothing between two separators.
    Empty,
    /// A slash stands first, last or behind another one.
    Slashes,
    /// A component is `.` or `..`.
    Dots,
    /// It is longer than [`LONGEST`].
    TooLong,
    /// A byte has to be escaped.
    Unescaped,
    /// An escape is none, or stands for a byte that no component of a path has.
    Escape,
}

/// The bytes that have a meaning, or will have one, or that a reader of mountinfo could take for
/// something else.
const RESERVED: &[u8] = b":,%*?[]\\\"";

/// The byte with these two hexadecimal digits.
fn byte_of(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    match *digits {
        [high, low] => u8::try_from((value(high)? << 4) | value(low)?).ok(),
        _ => None,
    }
}

/// Reads `item` into `buf` and gives the path that it stands for.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn decode<'b>(item: &[u8], buf: &'b mut [u8; LONGEST]) -> Result<&'b [u8], BadItem> {
    let (mut len, mut rest) = (0, item);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let byte = match byte {
            b'%' => {
                let (digits, behind) = rest.split_at_checked(2).ok_or(BadItem::Escape)?;
                rest = behind;
                match byte_of(digits) {
                    None | Some(0 | b'/') => return Err(BadItem::Escape),
                    Some(byte) => byte,
                }
            }
            byte if !byte.is_ascii_graphic() || RESERVED.contains(&byte) => {
                return Err(BadItem::Unescaped)
            }
            byte => byte,
        };
        *buf.get_mut(len).ok_or(BadItem::TooLong)? = byte;
        len += 1;
    }
    let path = buf.get(..len).unwrap_or_default();
    if path.is_empty() {
        return Err(BadItem::Empty);
    }
    for component in components(path) {
        match component {
            b"" => return Err(BadItem::Slashes),
            b"." | b".." => return Err(BadItem::Dots),
            _ => {}
        }
    }
    if canonical_len(path) > LONGEST {
        return Err(BadItem::TooLong);
    }
    Ok(path)
}

/// The components of a path.
pub(super) fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
}

/// Whether a byte is written as it is in canonical text.
fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-+@/~".contains(&byte)
}

/// The length of a path in canonical text.
pub(super) fn canonical_len(path: &[u8]) -> usize {
    path.iter()
        .map(|byte| if plain(*byte) { 1 } else { 3 })
        .sum()
}

/// Writes a byte as an escape.
fn write_escape(byte: u8, out: &mut Text<'_>) {
    out.byte(b'%');
    for digit in [byte >> 4, byte & 15] {
        out.byte(
            b"0123456789abcdef"
                .get(usize::from(digit))
                .copied()
                .unwrap_or(b'0'),
        );
    }
}

/// Writes a path as canonical text: every byte is escaped but those that nothing can take for
/// anything else. `word` has a meaning where the path is to stand, and so does not come out as
/// itself.
pub(super) fn write_canonical(path: &[u8], word: &[u8], out: &mut Text<'_>) {
    let is_word = path == word;
    for (at, byte) in path.iter().enumerate() {
        if plain(*byte) && !(is_word && at == 0) {
            out.byte(*byte);
        } else {
            write_escape(*byte, out);
        }
    }
}
