// SPDX-License-Identifier: GPL-2.0

use crate::pure::cmdline::{
    title,
    Layout,
    Source, //
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A small page, so that a title can be longer than one.
const PAGE: usize = 32;

/// What a program has in memory, from address 0 on, and where it says its arguments are.
fn program() -> impl Strategy<Value = (Vec<u8>, Layout)> {
    let byte = prop_oneof![3 => Just(b'a'), 1 => Just(0)];
    let address = || 0..100u64;
    let layout = (address(), address(), address(), address()).prop_map(
        |(arg_start, arg_end, env_start, env_end)| Layout {
            arg_start,
            arg_end,
            env_start,
            env_end,
        },
    );
    // Mostly with the environment right behind the arguments.
    let usual = (0..40u64, 0..30u64, 0..30u64).prop_map(|(arg_start, arguments, environment)| {
        let arg_end = arg_start + arguments;
        Layout {
            arg_start,
            arg_end,
            env_start: arg_end,
            env_end: arg_end + environment,
        }
    });
    (vec(byte, 100), prop_oneof![1 => layout, 3 => usual])
}

/// The whole file, as the kernel's documentation of it goes: the arguments, unless a title has been
/// written over them and perhaps over the environment behind them.
fn whole(memory: &[u8], layout: &Layout) -> Vec<u8> {
    let at = |address: u64| address as usize;
    if layout.env_end == 0 || layout.arg_start >= layout.arg_end {
        return Vec::new();
    }
    let arguments = &memory[at(layout.arg_start)..at(layout.arg_end)];
    if arguments.ends_with(b"\0") {
        return arguments.to_vec();
    }
    let follows = layout.env_start == layout.arg_end && layout.env_end >= layout.env_start;
    let end = if follows {
        layout.env_end
    } else {
        layout.arg_end
    };
    // The search for the title's end is not stopped by `end`, the title is.
    let page: Vec<u8> = memory[at(layout.arg_start)..]
        .iter()
        .copied()
        .take(PAGE)
        .collect();
    let length = page
        .iter()
        .position(|byte| *byte == 0)
        .map_or(page.len(), |zero| zero + 1);
    page[..length.min(at(end - layout.arg_start))].to_vec()
}

/// One read, as the file system does it.
fn read(memory: &[u8], layout: &Layout, pos: u64, count: u64) -> Vec<u8> {
    let from = |address: u64| &memory[address as usize..];
    let Some(request) = layout.request(pos, count) else {
        return Vec::new();
    };
    match request.source(Some(from(request.probe())[0])) {
        Source::Nothing => Vec::new(),
        Source::Arguments { start, count } => from(start)[..count as usize].to_vec(),
        Source::Title { start, count } => {
            let page = from(start);
            title(&page[..page.len().min(PAGE)], pos, count).to_vec()
        }
    }
}

proptest! {
    #[test]
    fn a_read_is_its_part_of_the_whole(
        (memory, layout) in program(),
        pos in 0..110u64,
        count in 0..110u64,
    ) {
        let whole = whole(&memory, &layout);
        let expected: Vec<u8> = whole.into_iter().skip(pos as usize).take(count as usize).collect();
        prop_assert_eq!(read(&memory, &layout, pos, count), expected);
    }

    #[test]
    fn any_addresses_do_not_panic(
        ends: [u64; 4],
        pos: u64,
        count: u64,
        last: Option<u8>,
    ) {
        let [arg_start, arg_end, env_start, env_end] = ends;
        let layout = Layout { arg_start, arg_end, env_start, env_end };
        if let Some(request) = layout.request(pos, count) {
            if let Source::Arguments { start, count } = request.source(last) {
                prop_assert!(start >= arg_start && start + count <= arg_end && count > 0);
            }
        }
    }
}
