// SPDX-License-Identifier: GPL-2.0

//! Values of mount options: what is taken is what a slow model takes, and a refusal is one clean
//! line.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unused_imports)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::options::{BadOption, Options, TABLE};
use pure::subset::Subset;
use pure::text::Text;
use std::ffi::CStr;

fuzz_target!(|value: &[u8]| {
    // fsconfig(2) gives strings that end at the first NUL.
    let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
    let said = |name: &'static CStr| {
        let mut options = Options::default();
        let good = options.parse(name, value, &|gid| (gid != u32::MAX).then_some(gid));
        if let Err(refusal) = &good {
            one_line(refusal);
            assert_eq!(options, Options::default());
        }
        good.map(|()| options).ok()
    };
    let subset = said(c"subset");
    let words = || value.split(|byte| *byte == b',');
    let good = words().all(|word| matches!(word, b"" | b"pid" | b"container"));
    assert_eq!(subset.is_some(), good);
    let named = |one: &[u8]| words().any(|word| word == one);
    let widest = match (named(b"container"), named(b"pid")) {
        (true, _) => Subset::Container,
        (false, true) => Subset::Pid,
        (false, false) => Subset::All,
    };
    let asked = subset.as_ref().map(Options::subset);
    assert_eq!(asked.unwrap_or(widest), widest);
    let pid1 = said(c"pid1");
    assert_eq!(pid1.is_some(), matches!(value, b"hidden" | b"visible"));
    let hidepid = said(c"hidepid");
    if let Some(mode) = hidepid.as_ref().map(Options::hidepid) {
        let named = mode.name().as_bytes() == value;
        assert!(
            named || model(value) == Some((mode as u8).into()),
            "{mode:?}"
        );
    }
    let gid = said(c"gid");
    match gid.as_ref().map(Options::gid) {
        Some(groups) => assert_eq!(groups_model(value).as_deref(), Some(groups.as_slice())),
        None => assert_eq!(groups_model(value), None),
    }
    let mut all = Options::default();
    for options in [subset, hidepid, gid, pid1].into_iter().flatten() {
        // A remount refuses nothing but a change of the subset.
        let refused = all.merge(&options).is_err();
        assert_eq!(refused, options.subset() != Subset::All);
    }
    let mut shown = [0; 256];
    let mut text = Text::new(&mut shown);
    TABLE.iter().for_each(|row| all.show(row, &mut text));
    assert!(!text.overflowed());
});

/// Up to eight groups that are numbers, each once.
fn groups_model(value: &[u8]) -> Option<Vec<u32>> {
    let mut groups = vec![];
    for item in value.split(|byte| *byte == b':') {
        let number = u32::try_from(model(item)?).ok()?;
        if number == u32::MAX {
            return None;
        }
        if !groups.contains(&number) {
            groups.push(number);
        }
    }
    (groups.len() <= 8).then_some(groups)
}

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
