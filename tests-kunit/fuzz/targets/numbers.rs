// SPDX-License-Identifier: GPL-2.0

//! Numbers in names and in what is written: the same as wide arithmetic gives.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::kstrto::{self, BadNumber};
use pure::parse::name_to_int;

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (choice, text) = input;
    let base = [0, 8, 10, 16][usize::from(choice % 4)];
    if let Some(number) = name_to_int(&text) {
        assert_eq!(number.to_string().as_bytes(), text);
    }
    let wide = kstrto::u64(&text, base);
    match kstrto::u32(&text, base) {
        Ok(number) => assert_eq!(wide, Ok(number.into())),
        Err(BadNumber::Range) => {
            assert!(wide.is_err() || wide.is_ok_and(|wide| wide > u32::MAX.into()))
        }
        Err(BadNumber::Invalid) => assert_eq!(wide, Err(BadNumber::Invalid)),
    }
    // A sign in front of what has none changes the sign and nothing else.
    if text.first().is_some_and(u8::is_ascii_digit) {
        let negative = [b"-", &text[..]].concat();
        assert_eq!(kstrto::u64(&negative, base), Err(BadNumber::Invalid));
        match (kstrto::i32(&negative, base), wide) {
            (Ok(number), Ok(positive)) => assert_eq!(u64::from(number.unsigned_abs()), positive),
            (Err(BadNumber::Range), Ok(positive)) => assert!(positive > 1 << 31),
            (Err(error), Err(other)) => assert_eq!(error, other),
            other => panic!("{other:?}"),
        }
    }
    let stripped = kstrto::strstrip(&text);
    assert_eq!(kstrto::strstrip(stripped), stripped);
    assert!(!kstrto::c_string(&text).contains(&0));
});
