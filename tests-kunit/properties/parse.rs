// SPDX-License-Identifier: GPL-2.0

use crate::pure::parse::name_to_int;
use proptest::collection::vec;
use proptest::prelude::*;

/// The one decimal form of a number whose beginnings leave room for another digit.
fn name_model(name: &[u8]) -> Option<u32> {
    let number: u128 = std::str::from_utf8(name).ok()?.parse().ok()?;
    let is_only_form = number.to_string().as_bytes() == name;
    (is_only_form && number / 10 < 429_496_728).then_some(number as u32)
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
}
