// SPDX-License-Identifier: GPL-2.0

//! Canonical text: one for all ways to say the same, and the way back.

use super::{
    heap::Heap,
    lists,
    names::{
        self,
        Name, //
    },
    paths,
    shown,
    values, //
};
use crate::pure::policy::{
    ListKind,
    Lists, //
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// Names that often are the same, or one above the other, or next to each other in another order
/// than that of their bytes.
fn name() -> impl Strategy<Value = Name> {
    let words: [&[u8]; 11] = [
        b"a", b"b", b"a-b", b"ab", b"a b", b"a%b", b"a:b,c", b"\xff", b"none", b"*", b"...",
    ];
    let component = prop_oneof![
        4 => select(words.to_vec()).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..9),
    ];
    let name = vec(component, 1..5);
    name.prop_filter("no such name", |name| {
        let encoded = names::encode(ListKind::Hide, name);
        ListKind::ALL
            .iter()
            .all(|kind| names::decode(*kind, &encoded).as_ref() == Some(name))
    })
}

/// One of the ways to write a name. Each of `ways` is for one byte.
fn write(name: &Name, ways: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in names::path(name) {
        match ways.next() {
            _ if byte == b'/' => text.push(byte),
            Some(0) => text.extend(format!("%{byte:02X}").bytes()),
            Some(1) => text.extend(format!("%{byte:02x}").bytes()),
            _ if names::literal(byte) => text.push(byte),
            _ => text.extend(format!("%{byte:02x}").bytes()),
        }
    }
    text
}

/// Names, and the values of one option that say them, in any order, some twice.
fn said() -> impl Strategy<Value = (BTreeSet<Name>, Vec<Vec<u8>>)> {
    let names = vec(name(), 1..14).prop_flat_map(|names| {
        let again = proptest::sample::subsequence(names.clone(), 0..=names.len().min(3));
        (Just(names), again)
            .prop_flat_map(|(names, again)| Just([names, again].concat()).prop_shuffle())
    });
    (names, vec(0..6u8, 1..40), vec(1..5usize, 1..9)).prop_map(|(all, ways, lengths)| {
        let mut ways = ways.into_iter().cycle();
        let mut lengths = lengths.into_iter().cycle();
        let (mut rest, mut values) = (all.as_slice(), Vec::new());
        while let (Some(len), false) = (lengths.next(), rest.is_empty()) {
            let (some, behind) = rest.split_at(len.min(rest.len()));
            let items: Vec<_> = some.iter().map(|name| write(name, &mut ways)).collect();
            values.push(match items.join(&b':') {
                // It has a meaning of its own.
                value if value == b"none" => b"%6eone".to_vec(),
                value => value,
            });
            rest = behind;
        }
        (all.into_iter().collect(), values)
    })
}

/// The lists after these values of one option.
fn after(kind: ListKind, values: &[Vec<u8>]) -> Lists<Heap> {
    let values: Vec<_> = values
        .iter()
        .map(|value| (kind, value.as_slice()))
        .collect();
    lists(&values)
}

fn kind() -> impl Strategy<Value = ListKind> {
    select(ListKind::ALL.to_vec())
}

proptest! {
    #[test]
    fn the_text_is_that_of_the_names_however_they_were_said(kind in kind(), said in said()) {
        let (names, said) = said;
        let lists = after(kind, &said);
        let names = names::canonical(&names);
        let expected: Vec<_> = names.iter().map(names::path).collect();
        prop_assert_eq!(paths(&lists, kind), expected);
        let values = values(&lists, kind);
        let text: Vec<_> = names.iter().map(|name| names::encode(kind, name)).collect();
        prop_assert_eq!(values.join(&b':'), text.join(&b':'));
        for value in &values {
            prop_assert!((1..=255).contains(&value.len()));
        }
    }

    #[test]
    fn the_text_has_no_byte_that_a_reader_of_mountinfo_changes(kind in kind(), said in said()) {
        for value in values(&after(kind, &said.1), kind) {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+@/~:%".contains(&byte);
            prop_assert!(value.iter().all(|byte| plain(*byte)), "{}", value.escape_ascii());
        }
    }

    #[test]
    fn mounting_with_what_is_shown_gives_the_same_lists(
        show in said(),
        hide in said(),
        writable in proptest::option::of(said()),
    ) {
        let mut lists = Lists::<Heap>::default();
        let said = [
            (ListKind::Show, Some(show)),
            (ListKind::Hide, Some(hide)),
            (ListKind::Writable, writable),
        ];
        for (kind, said) in &said {
            for value in said.iter().flat_map(|said| &said.1) {
                prop_assert_eq!(lists.add(*kind, value), Ok(()));
            }
        }
        let mut read = Lists::<Heap>::default();
        for kind in ListKind::ALL {
            for value in values(&lists, kind) {
                prop_assert_eq!(read.add(kind, &value), Ok(()));
            }
        }
        for kind in ListKind::ALL {
            prop_assert!(read.same(&lists, kind) && lists.same(&read, kind));
            prop_assert_eq!(paths(&read, kind), paths(&lists, kind));
        }
        prop_assert_eq!(shown(&read), shown(&lists));
    }

    #[test]
    fn lists_are_the_same_where_their_names_are(kind in kind(), one in said(), other in said()) {
        let same = after(kind, &one.1).same(&after(kind, &other.1), kind);
        prop_assert_eq!(same, names::canonical(&one.0) == names::canonical(&other.0));
    }
}

#[test]
fn names_share_a_value_as_long_as_it_has_255_bytes() {
    for len in 120..=135 {
        let names = [vec![b'a'; 127], vec![b'b'; len], vec![b'c'; 1]];
        let lists = after(ListKind::Hide, &names);
        let values = values(&lists, ListKind::Hide);
        assert_eq!(values.join(&b':'), names.join(&b':'));
        assert!(values.iter().all(|value| value.len() <= 255), "{len}");
    }
}

#[test]
fn a_directory_stands_before_what_follows_it_by_bytes() {
    // '-' and '.' are less than '/', which is no part of a name.
    let said: &[u8] = b"a.b:a/c:a-b:a/b/c:b:a/b.c";
    let lists: Lists<Heap> = lists(&[(ListKind::Hide, said)]);
    let text = [&b"a/b/c:a/b.c:a/c:a-b:a.b:b"[..]];
    assert_eq!(values(&lists, ListKind::Hide), text);
}

#[test]
fn what_a_directory_covers_goes_whichever_comes_first() {
    for said in [
        [&b"sys/kernel/sem"[..], b"sys/kernelx", b"sys/kernel"],
        [b"sys/kernel", b"sys/kernel/sem", b"sys/kernelx"],
        [
            b"sys/kernel:sys/kernel",
            b"sys/kernelx",
            b"sys/kernel/sem:sys/kernel/sem/x",
        ],
    ] {
        let lists: Lists<Heap> = lists(&said.map(|value| (ListKind::Show, value)));
        let text = [&b"sys/kernel:sys/kernelx"[..]];
        assert_eq!(values(&lists, ListKind::Show), text);
    }
}

#[test]
fn the_lists_do_not_know_of_each_other() {
    let all: Vec<_> = ListKind::ALL
        .iter()
        .map(|kind| (*kind, &b"a/b"[..]))
        .collect();
    let mut lists: Lists<Heap> = lists(&all);
    assert_eq!(lists.add(ListKind::Hide, b"a"), Ok(()));
    assert_eq!(values(&lists, ListKind::Show), [b"a/b"]);
    assert_eq!(values(&lists, ListKind::Hide), [b"a"]);
    assert_eq!(values(&lists, ListKind::Writable), [b"a/b"]);
}

#[test]
fn nothing_said_shows_nothing_and_nothing_writable_shows_the_word() {
    let nothing = Lists::<Heap>::default();
    assert!(shown(&nothing)
        .iter()
        .all(|(said, values)| !said && values.is_empty()));
    let none: Lists<Heap> = lists(&[(ListKind::Writable, b"none")]);
    assert_eq!(values(&none, ListKind::Writable), [b"none"]);
    assert!(!none.same(&nothing, ListKind::Writable));
    assert!(none.same(&nothing, ListKind::Show) && none.same(&nothing, ListKind::Hide));
}

#[test]
fn an_entry_called_none_is_shown_so_that_it_is_no_word() {
    let entry: Lists<Heap> = lists(&[(ListKind::Writable, b"%6eone:none/x:nones")]);
    assert_eq!(values(&entry, ListKind::Writable), [b"%6eone:nones"]);
    let below: Lists<Heap> = lists(&[(ListKind::Writable, b"none/x")]);
    assert_eq!(values(&below, ListKind::Writable), [b"none/x"]);
    let hidden: Lists<Heap> = lists(&[(ListKind::Hide, b"none")]);
    assert_eq!(values(&hidden, ListKind::Hide), [b"none"]);
}
