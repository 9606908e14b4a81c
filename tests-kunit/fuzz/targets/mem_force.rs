// SPDX-License-Identifier: GPL-2.0

//! The kernel's command line as proc_mem.force_override reads it.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::mem_force::Force;

fuzz_target!(|line: &[u8]| {
    let all = [Force::Always, Force::Ptrace, Force::Never];
    let results = all.map(|built_in| Force::of(built_in, line));
    // A line decides, or it leaves what was built in: never something in between.
    let decides = results[0] == results[1] && results[1] == results[2];
    assert!(decides || results == all, "{results:?}");
    let plain: Vec<u8> = line
        .iter()
        .map(|byte| if *byte == b'-' { b'_' } else { *byte })
        .collect();
    let mentions = plain
        .windows(23)
        .any(|part| part == b"proc_mem.force_override");
    assert!(mentions || !decides);
    // What stands behind a lone "--" is for init.
    if !line.contains(&b'"') {
        let longer = [line, b" -- proc_mem.force_override=never"].concat();
        assert_eq!(Force::of(Force::Always, &longer), results[0]);
    }
});
