// SPDX-License-Identifier: GPL-2.0

//! The policy of entries: its lists by their grammar and their canonical text, and what it decides
//! by a model that knows nothing but sets.

mod authority;
mod canonical;
mod container;
mod decision;
mod examples;
mod grammar;
mod heap;
mod limit;
mod meanings;
mod memory;
mod model;
mod names;
mod of_tasks;
mod runtime;

use self::heap::Heap;
use crate::pure::grow::Memory;
use crate::pure::policy::{
    BadName,
    ListKind,
    Lists,
    Policy,
    Refused, //
};
use crate::pure::subset::Subset;

/// The lists after these values.
fn lists<M: Memory>(said: &[(ListKind, &[u8])]) -> Lists<M> {
    let mut lists = Lists::default();
    for (kind, value) in said {
        assert_eq!(lists.add(*kind, value), Ok(()), "{}", value.escape_ascii());
    }
    lists
}

/// The policy of these options.
fn policy(subset: Subset, said: &[(ListKind, &[u8])]) -> Option<Policy<Heap>> {
    Policy::new(subset, lists(said)).unwrap()
}

/// What is named as bad in a value, and why.
fn refused(kind: ListKind, value: &[u8]) -> (Vec<u8>, BadName) {
    match Lists::<Heap>::default().add(kind, value) {
        Err(Refused::Bad(part, bad)) => (part.to_vec(), bad),
        other => panic!("{}: {other:?}", value.escape_ascii()),
    }
}

/// The paths of one list.
fn paths<M: Memory>(lists: &Lists<M>, kind: ListKind) -> Vec<Vec<u8>> {
    lists.paths(kind).map(<[u8]>::to_vec).collect()
}

/// The values that are shown for one list.
fn values<M: Memory>(lists: &Lists<M>, kind: ListKind) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    lists.values(kind, |value| values.push(value.to_vec()));
    values
}

/// What is shown for all three, and whether each was given.
fn shown<M: Memory>(lists: &Lists<M>) -> [(bool, Vec<Vec<u8>>); 3] {
    ListKind::ALL.map(|kind| (lists.said(kind), values(lists, kind)))
}
