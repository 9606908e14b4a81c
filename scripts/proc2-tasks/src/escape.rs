// SPDX-License-Identifier: GPL-2.0

//! Strings as rows hold them: printable ASCII but the backslash as it is, other bytes as a backslash and three octal digits, nothing
//! as `-`. Behind the beginning of a longer string stands `\+`.

/// A string, and whether it is all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unescaped {
    pub(crate) text: Vec<u8>,
    pub(crate) whole: bool,
}

/// A string that no row can hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a backslash that no three octal digits follow, at byte {0}")]
pub(crate) struct BadEscape(usize);

/// What `field` stands for.
pub(crate) fn unescape(field: &[u8]) -> Result<Unescaped, BadEscape> {
    let (mut text, mut rest) = (Vec::with_capacity(field.len()), field);
    if field == b"-" {
        rest = &[];
    }
    while let Some((first, more)) = rest.split_first() {
        rest = match (first, more) {
            (b'\\', [b'+']) => return Ok(Unescaped { text, whole: false }),
            (b'\\', more) => {
                let (byte, more) = octal(more).ok_or(BadEscape(field.len() - rest.len()))?;
                text.push(byte);
                more
            }
            (plain, more) => {
                text.push(*plain);
                more
            }
        };
    }
    Ok(Unescaped { text, whole: true })
}

/// The byte that three octal digits name, and what follows them.
fn octal(digits: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = digits.split_first_chunk::<3>()?;
    let [high, middle, low] =
        digits.map(|digit| (b'0'..=b'7').contains(&digit).then(|| digit - b'0'));
    let high = high.filter(|high| *high <= 3)?;
    Some(((high << 6) | (middle? << 3) | low?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &[u8]) -> Result<Unescaped, BadEscape> {
        Ok(Unescaped {
            text: text.to_vec(),
            whole: true,
        })
    }

    #[test]
    fn plain_bytes_stand_for_themselves() {
        assert_eq!(unescape(b"sleep"), whole(b"sleep"));
        assert_eq!(unescape(b"a-b+c\"d"), whole(b"a-b+c\"d"));
    }

    #[test]
    fn a_dash_is_nothing_and_an_escaped_one_a_dash() {
        assert_eq!(unescape(b"-"), whole(b""));
        assert_eq!(unescape(b"\\055"), whole(b"-"));
        assert_eq!(unescape(b"--"), whole(b"--"));
    }

    #[test]
    fn three_octal_digits_are_a_byte() {
        assert_eq!(unescape(b"a\\012b\\134\\000\\377"), whole(b"a\nb\\\0\xff"));
        assert_eq!(unescape(b"\\0123"), whole(b"\n3"));
    }

    #[test]
    fn a_plus_sign_after_a_backslash_ends_a_beginning() {
        let beginning = Unescaped {
            text: b"ab".to_vec(),
            whole: false,
        };
        assert_eq!(unescape(b"ab\\+"), Ok(beginning));
        assert_eq!(unescape(b"ab\\+c"), Err(BadEscape(2)));
    }

    #[test]
    fn other_backslashes_are_refused() {
        for field in ["\\", "a\\", "\\1", "\\12", "\\400", "\\08a", "\\n", "\\x41"] {
            assert!(unescape(field.as_bytes()).is_err(), "{field}");
        }
    }

    proptest! {
        #[test]
        fn no_field_makes_it_panic(field: Vec<u8>) {
            let _ = unescape(&field);
        }
    }
}
