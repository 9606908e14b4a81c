// SPDX-License-Identifier: GPL-2.0

//! The template that `meminfo` of a view is made of: any text for the kernel's, any figures, any room.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use arbitrary::Arbitrary;
use pure::show::meminfo::{Figures, Memory, Template};
use pure::show::swaps::Swap;
use pure::text::Text;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    kernels: &'a [u8],
    figures: [u64; 10],
    room: u16,
}

/// Names whose figures are worked out elsewhere.
const KNOWN: &[&str] = &[
    "MemAvailable",
    "Cached",
    "SwapCached",
    "Active",
    "Inactive",
    "Active(anon)",
    "Inactive(anon)",
    "Active(file)",
    "Inactive(file)",
    "Unevictable",
    "SwapTotal",
    "Zswap",
    "Zswapped",
    "Dirty",
    "Writeback",
    "AnonPages",
    "Mapped",
    "Shmem",
    "KReclaimable",
    "Slab",
    "SReclaimable",
    "SUnreclaim",
    "KernelStack",
    "PageTables",
    "SecPageTables",
    "CommitLimit",
    "VmallocUsed",
    "Percpu",
    "AnonHugePages",
    "ShmemHugePages",
    "FileHugePages",
    "Hugetlb",
];

/// A line's name, number and whether it has a unit.
fn parts(line: &[u8]) -> Option<(&str, u64, bool)> {
    let (name, rest) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let number = rest.trim_start_matches([' ', '\t', '\x0c', '\r']);
    let (number, unit) = match number.strip_suffix(" kB") {
        Some(number) => (number, true),
        None => (number, false),
    };
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    // What is too large for a number is the largest.
    let number = if number.is_empty() {
        return None;
    } else {
        number.parse().unwrap_or(u64::MAX)
    };
    (!name.is_empty() && !name.contains(' ')).then_some((name, number, unit))
}

fuzz_target!(|input: Input<'_>| {
    let [limit, free, unthrottled, total, swap_free, file, active, inactive, slab, shmem] =
        input.figures;
    let memory = Memory {
        limit,
        free,
        unthrottled,
        swap: Swap {
            total,
            free: swap_free,
        },
        figures: Figures {
            file,
            active_file: active,
            inactive_file: inactive,
            slab_reclaimable: slab,
            shmem,
            ..Figures::default()
        },
    };
    let template = Template::new(input.kernels);
    let (mut all, mut some) = (vec![0; 1 << 16], vec![0; input.room.into()]);
    let (mut whole, mut part) = (Text::new(&mut all), Text::new(&mut some));
    template.show(&memory, 4096, &mut whole);
    template.show(&memory, 4096, &mut part);
    assert!(!whole.overflowed());
    assert_eq!(whole.len(), part.len());
    assert!(whole.filled().starts_with(part.filled()));
    // Each line is one of the kernel's, in the kernel's order, and what is not known is not told.
    let mut kernels = input.kernels.split(|byte| *byte == b'\n');
    for line in whole.filled().split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").expect("a whole line");
        // Names may be any bytes.
        let Some((name, number, unit)) = parts(line) else {
            continue;
        };
        let theirs = kernels
            .by_ref()
            .filter_map(parts)
            .find(|other| other.0 == name && other.2 == unit);
        let (_, their_number, _) = theirs.expect("a line of the kernel's");
        match name {
            "VmallocTotal" | "Hugepagesize" => assert_eq!(number, their_number),
            "MemTotal" => assert_eq!(number, limit.max(4096) >> 10),
            "MemFree" => assert_eq!(number, free.min(limit.max(4096)) >> 10),
            "SwapFree" => assert_eq!(number, swap_free.min(total) >> 10),
            name if KNOWN.contains(&name) => {}
            name => assert_eq!(number, 0, "{name}"),
        }
    }
});
