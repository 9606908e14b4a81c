// SPDX-License-Identifier: GPL-2.0

//! Values of mount options: what is taken is what a slow model takes, and a refusal is one clean
//! line.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::access::HidePid;
use pure::options::{gid, hidepid, subset, BadOption, Options, Subset};
use pure::text::Text;

fuzz_target!(|value: &[u8]| {
    // fsconfig(2) gives strings that end at the first NUL.
    let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
    let words = || value.split(|byte| *byte == b',');
    let pid_or_nothing = words().all(|word| word.is_empty() || word == b"pid");
    assert_eq!(subset(value).is_ok(), pid_or_nothing);
    if let Ok(mode) = hidepid(value) {
        let named = mode.name().as_bytes() == value;
        assert!(named || model(value) == Some((mode as u8).into()), "{mode:?}");
    }
    match gid(value) {
        Ok(number) => assert_eq!(model(value), Some(number.into())),
        Err(_) => assert!(model(value).is_none_or(|number| number > u32::MAX.into())),
    }
    for refusal in [hidepid(value).err(), gid(value).err(), subset(value).err()] {
        refusal.iter().for_each(one_line);
    }
    let options = Options {
        gid: gid(value).unwrap_or_default(),
        hidepid: hidepid(value).unwrap_or(HidePid::Off),
        subset: subset(value).unwrap_or(Subset::All),
    };
    let mut shown = [0; 64];
    let mut text = Text::new(&mut shown);
    options.show(&mut text);
    assert!(!text.overflowed());
});

/// A number as C writes it, with an optional plus and an optional line feed.
fn model(value: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(value).ok()?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_prefix('+').unwrap_or(text);
    let hex = text.strip_prefix("0x").or(text.strip_prefix("0X"));
    let (base, digits) = match hex {
        Some(digits) => (16, digits),
        None if text.starts_with('0') => (8, text),
        None => (10, text),
    };
    // The standard library takes a plus of its own.
    if digits.contains('+') {
        return None;
    }
    // Longer numbers than 128 bits hold are out of every range.
    let digits = match digits.trim_start_matches('0') {
        "" if !digits.is_empty() => "0",
        rest => rest,
    };
    let known = digits.chars().all(|digit| digit.is_digit(base));
    match u128::from_str_radix(digits, base) {
        Ok(number) => Some(number),
        Err(_) if known && !digits.is_empty() => Some(u128::MAX),
        Err(_) => None,
    }
}

fn one_line(refusal: &BadOption<'_>) {
    let mut buffer = vec![0; 1 << 16];
    let mut text = Text::new(&mut buffer);
    refusal.describe(&mut text);
    let control = b"\n\r\t\x0b\x0c\x07\x1b";
    assert!(!text.filled().iter().any(|byte| control.contains(byte)));
}
