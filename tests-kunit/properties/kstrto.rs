// SPDX-License-Identifier: GPL-2.0

use crate::pure::kstrto::{
    i32,
    u32,
    u64,
    BadNumber, //
};
use proptest::collection::vec;
use proptest::prelude::*;

/// kstrtoll() and kstrtoull() with numbers that nothing overflows. `lowest` and `highest` are the
/// limits of the result.
fn model(text: &str, base: u32, lowest: i128, highest: i128) -> Result<i128, BadNumber> {
    let (negative, text) = match text.strip_prefix('-').filter(|_| lowest < 0) {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .filter(|rest| {
            base == 16 || base == 0 && rest.starts_with(|c: char| c.is_ascii_hexdigit())
        });
    let (base, text) = match hex {
        Some(rest) => (16, rest),
        None if base != 0 => (base, text),
        None if text.starts_with('0') => (8, text),
        None => (10, text),
    };
    let end = text.find(|c: char| !c.is_digit(base)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Err(BadNumber::Invalid);
    }
    let number = i128::from_str_radix(digits, base).unwrap();
    if number > u64::MAX.into() {
        return Err(BadNumber::Range);
    }
    if !rest.is_empty() && rest != "\n" {
        return Err(BadNumber::Invalid);
    }
    let number = if negative { -number } else { number };
    match (lowest..=highest).contains(&number) {
        true => Ok(number),
        false => Err(BadNumber::Range),
    }
}

proptest! {
    #[test]
    fn texts_like_numbers(
        text in "[+-]{0,2}(0x|0X|0)?([0-9]{0,22}|[0-9a-gA-G]{0,18})\n{0,2}|[+-]?(2147483|4294967)[0-9]{3}",
        base in proptest::sample::select(&[0u32, 8, 10, 16][..]),
    ) {
        let bytes = text.as_bytes();
        let unsigned = |highest| model(&text, base, 0, highest);
        prop_assert_eq!(u64(bytes, base).map(i128::from), unsigned(u64::MAX.into()), "{:?}", text);
        prop_assert_eq!(u32(bytes, base).map(i128::from), unsigned(u32::MAX.into()), "{:?}", text);
        let signed = model(&text, base, i32::MIN.into(), i32::MAX.into());
        prop_assert_eq!(i32(bytes, base).map(i128::from), signed, "{:?}", text);
    }

    #[test]
    fn every_number_is_read_back_in_every_base(number: u64, signed: i32) {
        for text in [format!("{number}"), format!("{number:#x}"), format!("0{number:o}")] {
            prop_assert_eq!(u64(text.as_bytes(), 0), Ok(number), "{}", text);
        }
        prop_assert_eq!(i32(signed.to_string().as_bytes(), 0), Ok(signed));
    }

    #[test]
    fn any_bytes_do_not_panic(text in vec(any::<u8>(), 0..40), base in 0..17u32) {
        let _ = (u64(&text, base), u32(&text, base), i32(&text, base));
    }
}
