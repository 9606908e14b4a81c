// SPDX-License-Identifier: GPL-2.0

//! Memory that fails, at each place where any is asked for.

use super::{
    heap::{
        Heap,
        HeapList, //
    },
    lists,
    model::{
        walk,
        Is, //
    },
    names::name,
    shown, //
};
use crate::pure::grow::{
    Grow,
    Memory,
    NoMemory, //
};
use crate::pure::policy::{
    BadItem,
    BadName,
    ListKind,
    Lists,
    Policy,
    Refused, //
};
use crate::pure::subset::Subset;
use std::cell::Cell;

thread_local! {
    /// How often more memory will be given.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Memory that is given [`LEFT`] times.
struct Scarce;

struct ScarceList<T>(HeapList<T>);

impl<T> Default for ScarceList<T> {
    fn default() -> Self {
        Self(HeapList::default())
    }
}

impl Memory for Scarce {
    type Of<T: Copy> = ScarceList<T>;
}

/// Takes one of what is left.
fn take() -> Result<(), NoMemory> {
    let left = LEFT.get().checked_sub(1).ok_or(NoMemory)?;
    LEFT.set(left);
    Ok(())
}

impl<T: Copy> Grow<T> for ScarceList<T> {
    fn as_slice(&self) -> &[T] {
        self.0.as_slice()
    }

    fn as_mut_slice(&mut self) -> &mut [T] {
        self.0.as_mut_slice()
    }

    fn extend(&mut self, items: &[T]) -> Result<(), NoMemory> {
        take()?;
        self.0.extend(items)
    }

    fn fill(&mut self, item: T, count: usize) -> Result<(), NoMemory> {
        take()?;
        self.0.fill(item, count)
    }

    fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

const SAID: [(ListKind, &[u8]); 4] = [
    (ListKind::Show, b"kcore:sys/kernel/random/uuid:fs/nfsd"),
    (ListKind::Hide, b"a/b:a/c:pid/environ:z"),
    (ListKind::Writable, b"none"),
    (ListKind::Writable, b"fs/nfsd/threads"),
];

fn said() -> Lists<Scarce> {
    LEFT.set(usize::MAX);
    lists(&SAID)
}

/// Does something with memory that fails after none, one, two, ... were given, until it is enough;
/// gives how often it failed.
fn failures(mut succeeds: impl FnMut() -> bool) -> usize {
    let given = |given: &usize| {
        LEFT.set(*given);
        succeeds()
    };
    (0..1000).find(given).unwrap()
}

#[test]
fn a_value_that_there_is_no_memory_for_changes_nothing() {
    let values = [
        (ListKind::Show, &b"meminfo"[..]),
        (ListKind::Show, b"a:b:c:d/e/f"),
        // What is taken out, what is there, and both.
        (ListKind::Show, b"sys/kernel"),
        (ListKind::Hide, b"a/b"),
        (ListKind::Hide, b"a:a/b/c:b"),
        (ListKind::Writable, b"sys/net:fs"),
    ];
    for (kind, value) in values {
        let failed = failures(|| {
            let left = LEFT.get();
            let mut lists = said();
            let before = shown(&lists);
            LEFT.set(left);
            let added = lists.add(kind, value);
            match added {
                Ok(()) => {
                    let enough: Lists<Heap> = super::lists(&[&SAID[..], &[(kind, value)]].concat());
                    assert_eq!(shown(&lists), shown(&enough));
                }
                Err(refused) => {
                    assert_eq!(refused, Refused::NoMemory);
                    assert_eq!(shown(&lists), before);
                }
            }
            added.is_ok()
        });
        assert!(failed > 0, "{} took no memory", value.escape_ascii());
    }
}

#[test]
fn writable_that_there_is_no_memory_for_is_not_given() {
    let failed = failures(|| {
        let mut lists = Lists::<Scarce>::default();
        let added = lists.add(ListKind::Writable, b"sys/net").is_ok();
        assert_eq!(lists.said(ListKind::Writable), added);
        added
    });
    assert!(failed > 0);
}

#[test]
fn a_bad_value_is_bad_where_there_is_no_memory() {
    let mut lists = said();
    LEFT.set(0);
    let slashes = BadName::Item(BadItem::Slashes);
    let bad = lists.add(ListKind::Hide, b"a:b:/c");
    assert_eq!(bad, Err(Refused::Bad(b"/c", slashes)));
}

#[test]
fn a_policy_that_there_is_no_memory_for_is_none() {
    for subset in [Subset::All, Subset::Pid, Subset::Container] {
        let failed = failures(|| {
            let left = LEFT.get();
            let lists = said();
            LEFT.set(left);
            let Ok(policy) = Policy::new(subset, lists) else {
                return false;
            };
            let policy = policy.unwrap();
            let is = |path: &[u8]| walk(&policy, Some(policy.root()), &name(path));
            assert_eq!(is(b"kcore"), (Is::Shown, false));
            assert_eq!(is(b"fs/nfsd/threads"), (Is::Shown, true));
            assert_eq!(is(b"z"), (Is::Absent, false));
            true
        });
        // For the names that are there at least: each has its node.
        assert!(failed > 10, "{failed}");
    }
}

#[test]
fn where_there_is_nothing_to_decide_no_memory_is_needed() {
    LEFT.set(0);
    for subset in [Subset::All, Subset::Pid] {
        assert!(Policy::<Scarce>::new(subset, Lists::default())
            .unwrap()
            .is_none());
    }
}
