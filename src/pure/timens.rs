// SPDX-License-Identifier: GPL-2.0

//! What is written to `/<pid>/timens_offsets` (timens_offsets_write() in fs/proc/base.c): a clock,
//! seconds and nanoseconds a line, read as the kernel's sscanf("%9s %lld %lu") reads them.

/// A clock that a time namespace can shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// CLOCK_MONOTONIC.
    Monotonic,
    /// CLOCK_BOOTTIME.
    Boottime,
}

/// How far a clock is to be shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offset {
    /// The clock.
    pub(crate) clock: Clock,
    /// Seconds.
    pub(crate) seconds: i64,
    /// Nanoseconds, less than a second.
    pub(crate) nanoseconds: i64,
}

/// The offsets that a text asks for: one or two, and how many bytes of the text they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offsets {
    /// The first.
    pub(crate) first: Offset,
    /// The second.
    pub(crate) second: Option<Offset>,
    /// How much of the text was read.
    pub(crate) taken: usize,
}

const SECOND: i64 = 1_000_000_000;

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0xa0)
}

fn skip_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| is_space(**byte)).count();
    text.get(spaces..).unwrap_or(&[])
}

/// Decimal digits, one at least. As in the kernel, what does not fit is the largest number there
/// is.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count)?;
    let number = digits.iter().fold(0u64, |number, byte| {
        number
            .checked_mul(10)
            .and_then(|number| number.checked_add(u64::from(byte.wrapping_sub(b'0'))))
            .unwrap_or(u64::MAX)
    });
    (count > 0).then_some((number, rest))
}

fn line(line: &[u8]) -> Option<Offset> {
    let text = skip_spaces(line);
    let word = text
        .iter()
        .take(9)
        .take_while(|byte| !is_space(**byte))
        .count();
    let (clock, rest) = text.split_at_checked(word)?;
    let rest = skip_spaces(rest);
    let (negative, rest) = match rest.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (seconds, rest) = digits(rest)?;
    let (nanoseconds, _) = digits(skip_spaces(rest))?;
    let nanoseconds = nanoseconds as i64;
    if nanoseconds >= SECOND {
        return None;
    }
    Some(Offset {
        clock: match clock {
            b"monotonic" | b"1" => Clock::Monotonic,
            b"boottime" | b"7" => Clock::Boottime,
            _ => return None,
        },
        seconds: if negative {
            (seconds as i64).wrapping_neg()
        } else {
            seconds as i64
        },
        nanoseconds,
    })
}

/// Reads a text of one or two lines; what follows is left for another write. None if a line is
/// none.
pub(crate) fn parse(text: &[u8]) -> Option<Offsets> {
    let whole = text.len();
    let text = super::kstrto::c_string(text);
    let mut lines = text.splitn(3, |byte| *byte == b'\n');
    let (first, second, third) = (lines.next()?, lines.next(), lines.next());
    let offsets = |second, taken| {
        Some(Offsets {
            first: line(first)?,
            second,
            taken,
        })
    };
    match second {
        // A newline at the end begins no line.
        None => offsets(None, whole),
        Some([]) if third.is_none() => offsets(None, whole),
        Some(second) => {
            let second = Some(line(second)?);
            match third {
                Some(third) if !third.is_empty() => {
                    offsets(second, text.len().checked_sub(third.len())?)
                }
                _ => offsets(second, whole),
            }
        }
    }
}
