// SPDX-License-Identifier: GPL-2.0

use crate::pure::parse::{
    kstrtouint,
    name_to_int, //
};
use proptest::collection::vec;
use proptest::prelude::*;

/// The one decimal form of a number whose beginnings leave room for another digit.
fn name_model(name: &[u8]) -> Option<u32> {
    let number: u128 = std::str::from_utf8(name).ok()?.parse().ok()?;
    let is_only_form = number.to_string().as_bytes() == name;
    (is_only_form && number / 10 < 429_496_728).then_some(number as u32)
}

/// The rules one after the other, with numbers that nothing overflows.
fn value_model(text: &str) -> Option<u32> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lower = text.to_lowercase();
    let (base, digits) = match lower.strip_prefix("0x") {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_hexdigit()) => (16, digits),
        _ if lower.starts_with('0') => (8, &*lower),
        _ => (10, &*lower),
    };
    let all_digits = digits.chars().all(|digit| digit.is_digit(base));
    let number = u128::from_str_radix(digits, base).ok()?;
    all_digits.then_some(number)?.try_into().ok()
}

proptest! {
    #[test]
    fn every_number_is_read_back_from_its_name(number in 0..4_294_967_280u32) {
        prop_assert_eq!(name_to_int(number.to_string().as_bytes()), Some(number));
    }

    #[test]
    fn names_like_numbers(name in "[0-9]{1,12}|0[0-9]{0,3}|42949672[0-9]{2}|[ +-]?[0-9]{1,3}[a\n ]?") {
        prop_assert_eq!(name_to_int(name.as_bytes()), match name.as_bytes() {
            // The standard library takes a plus.
            [b'+', ..] => None,
            name => name_model(name),
        });
    }

    #[test]
    fn names_of_any_bytes(name in vec(any::<u8>(), 0..255)) {
        prop_assert_eq!(name_to_int(&name), name_model(&name));
    }

    #[test]
    fn values_like_numbers(text in "[+]{0,2}(0x|0X|0)?[0-9]{0,10}\n?|[+]?(0x|0X|0)?[0-9a-gA-G]{0,9}\n{0,2}") {
        prop_assert_eq!(kstrtouint(text.as_bytes()), value_model(&text), "{:?}", text);
    }

    #[test]
    fn every_value_is_read_back_in_every_base(number: u32) {
        for text in [format!("{number}"), format!("{number:#x}"), format!("0{number:o}")] {
            prop_assert_eq!(kstrtouint(text.as_bytes()), Some(number), "{}", text);
        }
    }

    #[test]
    fn values_of_any_bytes_do_not_panic(text in vec(any::<u8>(), 0..40)) {
        kstrtouint(&text);
    }
}
