// SPDX-License-Identifier: GPL-2.0

//! Which bytes of a process a read of its command line may touch.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use arbitrary::Arbitrary;
use pure::cmdline::{title, Layout, Source};

#[derive(Arbitrary, Debug)]
struct Input {
    /// `arg_start`, `arg_end`, `env_start`, `env_end`.
    areas: [u64; 4],
    /// Moves the environment to where the arguments end.
    adjacent: bool,
    pos: u64,
    count: u64,
    last: Option<u8>,
    page: Vec<u8>,
}

fuzz_target!(|input: Input| {
    let [arg_start, arg_end, mut env_start, env_end] = input.areas;
    if input.adjacent {
        env_start = arg_end;
    }
    let layout = Layout {
        arg_start,
        arg_end,
        env_start,
        env_end,
    };
    let shown = title(&input.page, input.pos, input.count);
    assert!(shown.len() as u64 <= input.count);
    let Some(request) = layout.request(input.pos, input.count) else {
        return;
    };
    assert!((arg_start..arg_end).contains(&request.probe()));
    // Nothing before the arguments, nothing behind the environment that follows them.
    let limit = if env_start == arg_end {
        env_end.max(arg_end)
    } else {
        arg_end
    };
    match request.source(input.last) {
        Source::Nothing => {}
        Source::Arguments { start, count } => {
            assert!(start >= arg_start && count > 0 && count <= input.count);
            assert!(start.checked_add(count).is_some_and(|end| end <= arg_end));
        }
        Source::Title { start, count } => {
            assert_eq!(start, arg_start);
            assert!(count > 0 && count <= input.count);
            assert!(u128::from(input.pos) + u128::from(count) <= u128::from(limit - arg_start));
        }
    }
});
