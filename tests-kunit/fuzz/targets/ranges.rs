// SPDX-License-Identifier: GPL-2.0

//! Names in map_files: one that is taken is the one that its range gets.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::map_files::{name_of_range, range_of_name, NAME_LEN};
use pure::text::Text;

fuzz_target!(|name: &[u8]| {
    let Some((start, end)) = range_of_name(name) else {
        return;
    };
    let mut buffer = [0; NAME_LEN];
    let mut text = Text::new(&mut buffer);
    name_of_range(start, end, &mut text);
    assert!(!text.overflowed());
    assert_eq!(range_of_name(text.filled()), Some((start, end)));
    // As the kernel does, no digits count as 0, and letters may be upper case.
    let parts = name.split(|byte| *byte == b'-').map(|part| match part {
        b"" => b"0".to_vec(),
        part => part.to_ascii_lowercase(),
    });
    let name = parts.collect::<Vec<_>>().join(&b'-');
    assert_eq!(text.filled(), name);
});
