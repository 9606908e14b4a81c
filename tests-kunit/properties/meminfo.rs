// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::show::{
    meminfo::{
        with_swap,
        Figures,
        Memory,
        Template, //
    },
    swaps::Swap, //
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

const PAGE: u64 = 4096;

/// What a kernel's text has, and some that it has not.
const NAMES: [&str; 14] = [
    "MemTotal",
    "MemFree",
    "MemAvailable",
    "Buffers",
    "Cached",
    "SReclaimable",
    "KReclaimable",
    "SUnreclaim",
    "Slab",
    "SwapTotal",
    "SwapFree",
    "CommitLimit",
    "Shmem",
    "Unheard_of",
];

/// Any number of bytes, small ones and all of them as well.
fn bytes() -> impl Strategy<Value = u64> {
    prop_oneof![0..64u64 << 20, any::<u64>(), Just(0), Just(u64::MAX)]
}

fn memory() -> impl Strategy<Value = Memory> {
    let limits = [bytes(), bytes(), bytes(), bytes(), bytes()];
    let figures = [bytes(), bytes(), bytes(), bytes(), bytes(), bytes()];
    (limits, figures).prop_map(|(limits, figures)| Memory {
        limit: limits[0],
        free: limits[1],
        unthrottled: limits[2],
        swap: Swap {
            total: limits[3],
            free: limits[4],
        },
        figures: Figures {
            file: figures[0],
            active_file: figures[1],
            inactive_file: figures[2],
            slab_reclaimable: figures[3],
            slab_unreclaimable: figures[4],
            shmem: figures[5],
            ..Figures::default()
        },
    })
}

/// The numbers of a text, by name.
fn numbers(text: &[u8]) -> BTreeMap<String, u64> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let line = |line: &str| {
        let (name, rest) = line.split_once(':').unwrap();
        let number = rest.strip_suffix(" kB").unwrap().trim_start();
        (name.to_owned(), number.parse().unwrap())
    };
    text.lines().map(line).collect()
}

/// Of what this machine's kernel has no line is left out.
#[test]
fn there_is_room_for_a_kernels_text() {
    let text = std::fs::read("/proc/meminfo").unwrap();
    let shown = written(|out| Template::new(&text).show(&Memory::default(), PAGE, out));
    let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines(&shown), lines(&text));
}

proptest! {
    #[test]
    fn what_is_shown_adds_up(memory in memory()) {
        let text = NAMES.map(|name| format!("{name}: 77 kB\n")).concat();
        let template = Template::new(text.as_bytes());
        let shown = numbers(&written(|out| template.show(&memory, PAGE, out)));
        let of = |name: &str| shown[name];
        prop_assert_eq!(shown.len(), NAMES.len());
        prop_assert!(of("MemTotal") >= PAGE / 1024);
        let used = u128::from(of("MemFree")) + u128::from(of("Cached"))
            + u128::from(of("SReclaimable")) + u128::from(of("Buffers"));
        prop_assert!(used <= u128::from(of("MemTotal")));
        prop_assert!(of("MemAvailable") <= of("MemTotal"));
        prop_assert!(of("SwapFree") <= of("SwapTotal"));
        prop_assert_eq!(of("KReclaimable"), of("SReclaimable"));
        prop_assert_eq!(of("Unheard_of"), 0);
        prop_assert_eq!(of("MemTotal"), memory.limit.max(PAGE) / 1024);
        prop_assert_eq!(of("MemFree"), memory.free.min(memory.limit.max(PAGE)) / 1024);
    }

    #[test]
    fn every_line_has_the_form_that_readers_take(
        text in "([A-Za-z_()0-9]{0,20}:? {0,12}[0-9]{0,22}( kB| MB|)\n){0,120}",
        memory in memory(),
    ) {
        let template = Template::new(text.as_bytes());
        let shown = String::from_utf8(written(|out| template.show(&memory, PAGE, out))).unwrap();
        let form = |line: &str| {
            let (name, rest) = line.split_once(':').unwrap();
            let number = rest.trim_start_matches(' ');
            let number = number.strip_suffix(" kB").unwrap_or(number);
            !name.is_empty() && number.parse::<u64>().is_ok()
        };
        prop_assert!(shown.lines().all(form), "{}", shown);
        // In the kernel's order, and none twice that is there once.
        let mut names = text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
        for line in shown.lines() {
            let (name, _) = line.split_once(':').unwrap();
            prop_assert!(names.any(|other| other == name), "{} in {}", name, shown);
        }
    }

    #[test]
    fn any_text_is_taken_apart(text in vec(any::<u8>(), 0..9000), memory in memory()) {
        let template = Template::new(&text);
        written(|out| template.show(&memory, PAGE, out));
    }

    #[test]
    fn of_the_kernels_text_the_swap_space_alone_changes(total in bytes(), free in bytes()) {
        let text = "MemTotal:        2044932 kB\nSwapCached:            1 kB\n\
                    SwapTotal:             2 kB\nSwapFree:              3 kB\nA:     4\n";
        let swap = Swap { total, free };
        let shown = written(|out| with_swap(text.as_bytes(), swap, out));
        let shown = String::from_utf8(shown).unwrap();
        for (was, is) in text.lines().zip(shown.lines()) {
            let number: u64 = match was.split_once(':').unwrap().0 {
                "SwapTotal" => total / 1024,
                "SwapFree" => free.min(total) / 1024,
                _ => {
                    prop_assert_eq!(was, is);
                    continue;
                }
            };
            let words: Vec<&str> = is.split_whitespace().collect();
            prop_assert_eq!(&words[1..], [&number.to_string(), "kB"]);
        }
    }
}
