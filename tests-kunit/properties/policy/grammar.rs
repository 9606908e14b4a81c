// SPDX-License-Identifier: GPL-2.0

//! How names are written, and what is named where one is not well written.

use super::{
    heap::Heap,
    lists,
    names,
    paths,
    refused,
    shown, //
};
use crate::pure::policy::{
    BadItem,
    BadName,
    ListKind,
    Lists,
    Refused, //
};
use proptest::collection::vec;
use proptest::prelude::*;

const HIDE: ListKind = ListKind::Hide;

/// The paths that one value of one list names.
pub(super) fn named(kind: ListKind, value: &[u8]) -> Vec<Vec<u8>> {
    paths::<Heap>(&lists(&[(kind, value)]), kind)
}

/// Whether each item is refused in a list of that kind, by itself and among others, for this
/// reason.
pub(super) fn all_refused<'i>(
    kind: ListKind,
    items: impl IntoIterator<Item = &'i [u8]>,
    bad: impl Fn(BadName) -> bool,
) {
    for item in items {
        for value in [item.to_vec(), [b"good:", item, b":sys//x"].concat()] {
            let (part, why) = refused(kind, &value);
            assert_eq!(part, item, "{}", value.escape_ascii());
            assert!(bad(why), "{}: {why:?}", value.escape_ascii());
        }
    }
}

#[test]
fn every_byte_stands_for_itself_or_has_to_be_escaped() {
    for byte in 0..=u8::MAX {
        let item = [b'a', byte, b'z'];
        match byte {
            // It separates two names.
            b':' => assert_eq!(named(HIDE, &item), [b"a", b"z"]),
            b'%' => all_refused(HIDE, [&item[..]], |bad| {
                bad == BadName::Item(BadItem::Escape)
            }),
            b',' | b'*' | b'?' | b'[' | b']' | b'\\' | b'"' | 0..=b' ' | 0x7f.. => {
                all_refused(HIDE, [&item[..]], |bad| {
                    bad == BadName::Item(BadItem::Unescaped)
                });
            }
            _ => assert_eq!(named(HIDE, &item), [item]),
        }
    }
}

#[test]
fn every_byte_can_be_escaped_but_those_that_no_name_has() {
    for byte in 0..=u8::MAX {
        for item in [format!("a%{byte:02x}z"), format!("a%{byte:02X}z")] {
            match byte {
                0 | b'/' => all_refused(HIDE, [item.as_bytes()], |bad| {
                    bad == BadName::Item(BadItem::Escape)
                }),
                _ => assert_eq!(named(HIDE, item.as_bytes()), [[b'a', byte, b'z']]),
            }
        }
    }
}

#[test]
fn an_escape_has_two_hexadecimal_digits() {
    let items: [&[u8]; 11] = [
        b"%", b"%0", b"%g0", b"%0g", b"%+1", b"%-1", b"a%", b"a%4", b"%%41", b"a% 1", b"%x41",
    ];
    all_refused(HIDE, items, |bad| bad == BadName::Item(BadItem::Escape));
}

#[test]
fn a_name_is_a_clean_path_from_the_root() {
    let slashes: [&[u8]; 6] = [b"/", b"//", b"/kcore", b"kcore/", b"sys//kernel", b"//a"];
    all_refused(HIDE, slashes, |bad| bad == BadName::Item(BadItem::Slashes));
    let dots: [&[u8]; 10] = [
        b".",
        b"..",
        b"../a",
        b"./a",
        b"a/.",
        b"a/..",
        b"a/../b",
        b"a/./b",
        b"%2e",
        b"a/%2e%2E",
    ];
    all_refused(HIDE, dots, |bad| bad == BadName::Item(BadItem::Dots));
    for name in [
        &b"..."[..],
        b".a",
        b"..a",
        b"a.",
        b"a..",
        b"a/...",
        b".proc2",
        b"a/.b",
    ] {
        assert_eq!(named(HIDE, name), [name]);
    }
}

#[test]
fn a_value_with_nothing_between_separators_is_named_as_a_whole() {
    for kind in ListKind::ALL {
        for value in [&b""[..], b":", b"a::b", b":a", b"a:", b"a:b:"] {
            let empty = BadName::Item(BadItem::Empty);
            assert_eq!(refused(kind, value), (value.to_vec(), empty));
        }
    }
}

#[test]
fn a_name_has_255_bytes_at_most_also_as_it_is_shown() {
    let too_long = |bad| bad == BadName::Item(BadItem::TooLong);
    let long = [b'a'; 256];
    assert_eq!(named(HIDE, &long[..255]), [&long[..255]]);
    all_refused(HIDE, [&long[..]], too_long);
    // 127 components of one byte, and one of two.
    let deep = [&b"a/".repeat(127)[..], b"a"].concat();
    assert_eq!(named(HIDE, &deep), [&deep[..]]);
    all_refused(HIDE, [&[&deep[..], b"a"].concat()[..]], too_long);
    // Written with three bytes each, whether the mounter did so or not.
    for (written, byte) in [
        (&b"%20"[..], b' '),
        (b"=", b'='),
        (b"%3d", b'='),
        (b"%ff", 0xff),
    ] {
        assert_eq!(named(HIDE, &written.repeat(85)), [[byte; 85]]);
        all_refused(HIDE, [&written.repeat(86)[..]], too_long);
    }
    // What need not be escaped is not counted as if it were.
    assert_eq!(named(HIDE, &b"%61".repeat(255)), [&long[..255]]);
}

/// Items of which about half are good.
fn item() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "a",
        "/",
        "b",
        ".",
        "..",
        "%",
        "%2f",
        "%41",
        "%2E",
        "net",
        "pid",
        "self",
        "0",
        "17",
        "07",
        "none",
        "sys",
        "-",
        " ",
        "=",
        "*",
        "\\",
        "%zz",
        "4294967279",
        "4294967280",
    ];
    prop_oneof![
        4 => vec(proptest::sample::select(words.to_vec()), 1..5)
            .prop_map(|words| words.concat().into_bytes()),
        1 => vec(any::<u8>(), 0..4),
        1 => vec("[a-z%/=]", 80..260).prop_map(|words| words.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_taken_is_what_the_model_takes(
        kind in proptest::sample::select(ListKind::ALL.to_vec()),
        items in vec(item(), 1..4),
    ) {
        let value = items.join(&b':');
        prop_assume!(kind != ListKind::Writable || value != b"none");
        let mut lists: Lists<Heap> = lists(&ListKind::ALL.map(|kind| (kind, &b"x"[..])));
        let before = shown(&lists);
        let added = lists.add(kind, &value);
        // A byte of an item may have been the separator.
        let items = || value.split(|byte| *byte == b':');
        match items().find(|item| names::decode(kind, item).is_none()) {
            Some(bad) => {
                let part = if bad.is_empty() { &value } else { bad };
                let Err(Refused::Bad(named, _)) = added else {
                    return Err(TestCaseError::fail(format!("{added:?}")));
                };
                prop_assert_eq!(named, part);
                prop_assert_eq!(shown(&lists), before);
            }
            None => {
                prop_assert_eq!(added, Ok(()));
                let names = items().filter_map(|item| names::decode(kind, item));
                let names = names.chain([names::name(b"x")]).collect();
                let names = names::canonical(&names);
                let expected: Vec<_> = names.iter().map(names::path).collect();
                prop_assert_eq!(paths(&lists, kind), expected);
            }
        }
    }
}
