// SPDX-License-Identifier: GPL-2.0

use crate::pure::entry::Level;
use crate::pure::ino::{
    of_child,
    of_directory,
    of_named_child,
    of_root_row,
    of_row, //
};
use proptest::prelude::*;
use std::collections::HashSet;

fn level() -> impl Strategy<Value = Level> {
    proptest::sample::select(&[Level::ThreadGroup, Level::Thread][..])
}

/// What of_row() is told, with pids close together and far apart.
fn row() -> impl Strategy<Value = (u64, Level, u8)> {
    (prop_oneof![0..4u64, 0..1u64 << 52], level(), 0..255u8)
}

proptest! {
    #[test]
    fn different_rows_have_different_numbers(a in row(), b in row()) {
        let ino = |(pid_ino, level, row)| of_row(pid_ino, level, row);
        prop_assert_eq!(ino(a) == ino(b), a == b);
    }

    #[test]
    fn no_row_has_its_directorys_number(a in row(), pid_ino in 0..4u64, level in level()) {
        prop_assert_ne!(of_row(a.0, a.1, a.2), of_directory(pid_ino, level));
    }

    #[test]
    fn the_roots_rows_are_nobodys(a in row(), row: u8) {
        prop_assume!(a.0 != 0);
        prop_assert_ne!(of_row(a.0, a.1, a.2), of_root_row(row));
    }

    #[test]
    fn all_numbers_keep_clear_of_the_kernels(a in row(), key: [u64; 2], dir: u64, name: u64) {
        let row = of_row(a.0, a.1, a.2);
        let child = of_child(key, dir, name);
        prop_assert!((1 << 32..1 << 62).contains(&row));
        prop_assert!((1 << 62..1 << 63).contains(&child));
    }
}

/// Names of all lengths that differ little.
fn name() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(b'a'..b'd', 1..40)
}

proptest! {
    #[test]
    fn named_children_differ(key: [u64; 2], dir in 0..4u64, a in name(), b in name(), other in 0..4u64) {
        let same = (dir, &a) == (other, &b);
        prop_assert_eq!(of_named_child(key, dir, &a) == of_named_child(key, other, &b), same);
        prop_assert!((1 << 62..1 << 63).contains(&of_named_child(key, dir, &a)));
    }
}

#[test]
fn a_million_names_have_a_million_numbers() {
    for key in [
        [0; 2],
        [1, 0],
        [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
    ] {
        let names = (0..1_000_000u32).map(|number| format!("eth{number}"));
        let numbers: HashSet<u64> = names
            .map(|name| of_named_child(key, 1 << 62, name.as_bytes()))
            .collect();
        assert_eq!(numbers.len(), 1_000_000);
    }
}

/// Of 62 bits, as many file descriptors as a kernel can open do not use up enough to meet by
/// chance: a million of them would in one of about ten million runs.
#[test]
fn a_million_children_have_a_million_numbers() {
    let key = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210];
    let children = (0..1000u64).flat_map(|dir| (0..1000u64).map(move |fd| (dir, fd)));
    let numbers: HashSet<u64> = children.map(|(dir, fd)| of_child(key, dir, fd)).collect();
    assert_eq!(numbers.len(), 1_000_000);
}
