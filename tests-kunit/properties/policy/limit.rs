// SPDX-License-Identifier: GPL-2.0

//! How long the canonical text may be, and policies of that size.

use super::{
    heap::Heap,
    lists,
    model::{
        walk,
        Is,
        Model, //
    },
    names,
    shown,
    values, //
};
use crate::pure::policy::{
    self,
    BadName,
    ListKind,
    Lists,
    Policy,
    Refused, //
};
use crate::pure::subset::Subset;

const HIDE: ListKind = ListKind::Hide;
const SHOW: ListKind = ListKind::Show;
const WRITABLE: ListKind = ListKind::Writable;

/// `,hide=` and a value that no other one fits beside.
const FULL: usize = 6 + 255;

/// A name of so many bytes, each number another one.
fn filler(number: usize, len: usize) -> Vec<u8> {
    let mut name = format!("f{number:03}").into_bytes();
    name.resize(len, b'x');
    name
}

/// Lists whose text, with the names of options, has so many bytes.
fn long(len: usize) -> Lists<Heap> {
    let mut lists = Lists::default();
    for number in 0..len / FULL {
        let kind = if number % 2 == 0 { HIDE } else { SHOW };
        assert_eq!(lists.add(kind, &filler(number, 255)), Ok(()));
    }
    assert_eq!(lists.add(HIDE, &filler(len / FULL, len % FULL - 6)), Ok(()));
    assert_eq!(length(&lists), len);
    lists
}

/// What mountinfo shows of the lists.
fn text(lists: &Lists<Heap>) -> Vec<u8> {
    let mut text = Vec::new();
    for kind in ListKind::ALL {
        for value in values(lists, kind) {
            text.extend([b",", kind.name().to_bytes(), b"=", &value].concat());
        }
    }
    text
}

fn length(lists: &Lists<Heap>) -> usize {
    text(lists).len()
}

/// Whether the value is refused as a whole, and nothing has changed.
fn is_too_much(lists: &mut Lists<Heap>, kind: ListKind, value: &[u8]) -> bool {
    let before = shown(lists);
    let refused = lists.add(kind, value) == Err(Refused::Bad(value, BadName::TooMuch));
    refused && shown(lists) == before
}

#[test]
fn the_limit_is_3800_bytes() {
    assert_eq!(policy::MOST, 3800);
    for kind in ListKind::ALL {
        // A comma, the name, an equals sign, and a value of 100 bytes.
        let around = kind.name().count_bytes() + 2;
        let rest = 3800 - around - 100;
        let mut lists = long(rest);
        // It stands in a value of its own, if the list is not one that has a value with room.
        let own = if kind == HIDE { 100 + around - 1 } else { 100 };
        let name = [b'y'; 255];
        assert!(is_too_much(&mut lists, kind, &name[..own + 1]));
        assert_eq!(lists.add(kind, &name[..own]), Ok(()));
        assert_eq!(length(&lists), 3800);
    }
}

#[test]
fn at_the_limit_nothing_is_taken_but_what_is_there() {
    let mut lists = long(3800);
    for kind in ListKind::ALL {
        assert!(is_too_much(&mut lists, kind, b"y"));
        assert!(is_too_much(&mut lists, kind, b"y:z"));
    }
    assert!(is_too_much(&mut lists, WRITABLE, b"none:y"));
    let again = filler(0, 255);
    assert_eq!(lists.add(HIDE, &again), Ok(()));
    assert_eq!(
        lists.add(HIDE, &[&again[..], b":", &again].concat()),
        Ok(())
    );
    assert_eq!(length(&lists), 3800);
}

#[test]
fn a_directory_that_covers_much_makes_room() {
    let mut lists = Lists::<Heap>::default();
    for number in 0..14 {
        let name = [b"sys/", &filler(number, 251)[..]].concat();
        assert_eq!(lists.add(HIDE, &name), Ok(()));
    }
    assert_eq!(length(&lists), 14 * FULL);
    let rest = [b"sys/", &filler(14, 251)[..]].concat();
    assert!(is_too_much(&mut lists, HIDE, &rest));
    // The value as a whole counts, not what it would be on the way.
    assert_eq!(lists.add(HIDE, &[&rest[..], b":sys"].concat()), Ok(()));
    assert_eq!(text(&lists), b",hide=sys");
}

#[test]
fn escapes_count_as_they_are_shown() {
    // 14 full values, of which 83 bytes are shown with three bytes each; 140 are left for one more.
    let mut lists = Lists::<Heap>::default();
    for number in 0..14 {
        let name = [&b"=".repeat(83)[..], format!("{number:06}").as_bytes()].concat();
        assert_eq!(lists.add(HIDE, &name), Ok(()));
    }
    assert_eq!(length(&lists), 14 * FULL);
    assert!(is_too_much(
        &mut lists,
        HIDE,
        &[&b"z=".repeat(35)[..], b"z"].concat()
    ));
    assert_eq!(lists.add(HIDE, &b"z=".repeat(35)), Ok(()));
    assert_eq!(length(&lists), 3800);
}

#[test]
fn the_word_none_counts_too() {
    // `,writable=none`
    let mut lists = long(3800 - 14 + 1);
    assert!(is_too_much(&mut lists, WRITABLE, b"none"));
    assert!(!lists.said(WRITABLE));
    let mut lists = long(3800 - 14);
    assert_eq!(lists.add(WRITABLE, b"none"), Ok(()));
    assert_eq!(length(&lists), 3800);
}

#[test]
fn what_is_shown_of_the_longest_lists_is_taken_again() {
    let lists = long(3800);
    let mut read = Lists::<Heap>::default();
    for kind in ListKind::ALL {
        for value in values(&lists, kind) {
            assert_eq!(read.add(kind, &value), Ok(()));
        }
    }
    assert_eq!(shown(&read), shown(&lists));
}

/// Whether the policy of lists that hide these names alone hides all of them, and nothing beside
/// them or above them.
fn hides(all: &[Vec<u8>]) {
    let values: Vec<_> = all.iter().map(|name| (HIDE, name.as_slice())).collect();
    let mut model = Model {
        subset: Subset::Container,
        ..Model::default()
    };
    model.hide.extend(all.iter().map(|name| names::name(name)));
    // What is not hidden is there.
    let show = [(SHOW, &b"top"[..])];
    model.show.insert(names::name(b"top"));
    let lists: Lists<Heap> = lists(&[&show[..], &values].concat());
    assert!(length(&lists) > 3600, "{}", length(&lists));
    let policy = Policy::new(Subset::Container, lists).unwrap().unwrap();
    for name in &model.hide {
        assert_eq!(walk(&policy, Some(policy.root()), name).0, Is::Absent);
        let [above @ .., last] = name.as_slice() else {
            panic!("an empty name");
        };
        let beside = [above, &[[last, &b"-"[..]].concat()]].concat();
        for path in [above.to_vec(), beside] {
            if !path.is_empty() {
                assert_eq!(walk(&policy, Some(policy.root()), &path), model.of(&path));
            }
        }
    }
}

#[test]
fn the_deepest_policy_decides() {
    // 14 directories, with 125 components below each.
    let deep = |letter| [&[b't', b'o', b'p', b'/', letter][..], &b"/d".repeat(125)].concat();
    hides(&(b'a'..=b'n').map(deep).collect::<Vec<_>>());
}

#[test]
fn the_policy_with_the_most_names_decides() {
    let letters = || (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9');
    let pairs = letters().flat_map(|a| letters().map(move |b| [b't', b'o', b'p', b'/', a, b]));
    let names: Vec<_> = pairs.take(525).map(Vec::from).collect();
    hides(&names);
}
