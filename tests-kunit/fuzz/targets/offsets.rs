// SPDX-License-Identifier: GPL-2.0

//! What is written to timens_offsets.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::timens::{parse, Offset};

fuzz_target!(|text: &[u8]| {
    let Some(offsets) = parse(text) else {
        return;
    };
    assert!(offsets.taken <= text.len() && offsets.taken > 0);
    // procfs reads them unsigned and compares them signed, so what has the top bit passes as
    // negative. The same here.
    let good = |offset: &Offset| offset.nanoseconds < 1_000_000_000;
    assert!(good(&offsets.first) && offsets.second.iter().all(good));
    // What was taken says the same alone: a writer goes on behind it.
    let alone = parse(&text[..offsets.taken]).expect("what was taken is good by itself");
    assert_eq!((alone.first, alone.second), (offsets.first, offsets.second));
});
