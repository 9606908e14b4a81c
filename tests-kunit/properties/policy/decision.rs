// SPDX-License-Identifier: GPL-2.0

//! What a policy decides, of any path, is what a model says that has sets and no tree.

use super::{
    heap::Heap,
    model::{
        walk,
        Is,
        Model, //
    },
    names::{
        self,
        Name, //
    },
};
use crate::pure::policy::{
    ListKind,
    Lists,
    Policy, //
};
use crate::pure::subset::Subset;
use proptest::collection::{
    btree_set,
    vec, //
};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// Components of names in lists: few, so that names meet; some are of the container list, some are
/// the beginning of another one, some have a meaning of their own elsewhere.
const WORDS: [&[u8]; 9] = [
    b"a", b"ab", b"net", b"sys", b"kernel", b"random", b"sem", b"none", b".proc2",
];

/// A component that no list has.
const UNHEARD_OF: &[u8] = b"x";

fn list() -> impl Strategy<Value = BTreeSet<Name>> {
    let component = || select(WORDS.to_vec()).prop_map(<[u8]>::to_vec);
    // Most of the names that are in the container list have two or three components.
    let like_rows = select(vec![
        "net",
        "sys",
        "sys/net",
        "sys/kernel",
        "sys/kernel/sem",
        "sys/kernel/random",
        "sys/kernel/random/a",
    ]);
    let name = prop_oneof![
        3 => vec(component(), 1..5),
        1 => like_rows.prop_map(|path| names::name(path.as_bytes())),
    ];
    btree_set(name, 0..6)
}

/// Entries of tasks, of which some are told of in `.proc2`.
fn rows() -> impl Strategy<Value = BTreeSet<Name>> {
    let row = select(vec![
        "stat", "status", "cmdline", "cgroup", "environ", "a", "stack",
    ]);
    let name = row.prop_map(|row| names::name(format!("pid/{row}").as_bytes()));
    prop_oneof![2 => Just(BTreeSet::new()), 1 => btree_set(name, 1..3)]
}

fn model() -> impl Strategy<Value = Model> {
    let subset = select(vec![Subset::All, Subset::Pid, Subset::Container]);
    let lists = (list(), list(), rows(), proptest::option::of(list()));
    (subset, lists).prop_map(|(subset, (mut show, mut hide, rows, writable))| {
        hide.extend(rows);
        // What is below is there already, and refused.
        show.retain(|name| name[0] != b"net" || name.len() == 1);
        Model {
            subset,
            show,
            hide,
            writable,
        }
    })
}

/// The same by the options; `None` where there is nothing to decide.
fn policy(model: &Model) -> Option<Policy<Heap>> {
    let mut lists = Lists::default();
    let mut add = |kind, names: &BTreeSet<Name>| {
        for name in names {
            assert_eq!(lists.add(kind, &names::encode(kind, name)), Ok(()));
        }
    };
    add(ListKind::Show, &model.show);
    add(ListKind::Hide, &model.hide);
    if let Some(writable) = &model.writable {
        add(ListKind::Writable, writable);
        assert_eq!(lists.add(ListKind::Writable, b"none"), Ok(()));
    }
    Policy::new(model.subset, lists).unwrap()
}

/// Each path of up to `depth` components.
fn paths(depth: usize) -> Vec<Name> {
    let words = || WORDS.iter().chain([&UNHEARD_OF]).map(|word| word.to_vec());
    let mut all: Vec<Name> = vec![];
    let mut last: Vec<Name> = vec![vec![]];
    for _ in 0..depth {
        let deeper = |path: &Name| words().map(|word| [&path[..], &[word]].concat()).collect();
        last = last
            .iter()
            .flat_map(|path| -> Vec<Name> { deeper(path) })
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn deep() -> impl Strategy<Value = Vec<Name>> {
    let words: Vec<_> = WORDS
        .iter()
        .chain([&UNHEARD_OF])
        .map(|word| word.to_vec())
        .collect();
    vec(vec(select(words), 4..7), 0..200)
}

proptest! {
    #[test]
    fn a_path_is_what_the_model_says(model in model(), deep in deep()) {
        let policy = policy(&model);
        prop_assert_eq!(policy.is_some(), model.decides());
        let Some(policy) = policy else {
            return Ok(());
        };
        let root = Some(policy.root());
        prop_assert_ne!(walk(&policy, root, &[]).0, Is::Absent);
        // And what is below and above each name that is listed.
        let mut paths = [paths(3), deep].concat();
        for name in model.show.iter().chain(&model.hide).chain(model.writable.iter().flatten()) {
            let below = WORDS.map(|word| [&name[..], &[word.to_vec()]].concat());
            paths.extend((1..=name.len()).map(|len| name[..len].to_vec()).chain(below));
        }
        // What is a task's is looked up elsewhere.
        paths.retain(|path| path[0] != b"pid");
        for (path, said) in paths.iter().zip(model.of_each(&paths)) {
            prop_assert_eq!(walk(&policy, root, path), said, "{:?}", path);
        }
    }

    #[test]
    fn the_net_of_tasks_is_what_the_model_says(model in model(), deep in deep()) {
        let Some(policy) = policy(&model) else {
            return Ok(());
        };
        for below in [paths(2), deep, vec![vec![]]].concat() {
            let path = [&[b"net".to_vec()], &below[..]].concat();
            let found = walk(&policy, policy.net(), &below);
            prop_assert_eq!(found, model.of_net(&path), "{:?}", path);
        }
    }

    #[test]
    fn what_speaks_of_tasks_is_what_the_model_says(model in model(), deep in deep()) {
        let Some(policy) = policy(&model) else {
            return Ok(());
        };
        for name in [&b".proc2"[..], b"a", UNHEARD_OF] {
            for below in [paths(2), deep.clone(), vec![vec![]]].concat() {
                let path = [&[name.to_vec()], &below[..]].concat();
                let found = walk(&policy, policy.of_tasks(name), &below);
                prop_assert_eq!(found, model.of_tasks(&path), "{:?}", path);
            }
        }
    }

    #[test]
    fn an_entry_of_tasks_is_hidden_where_it_is_named(model in model()) {
        let Some(policy) = policy(&model) else {
            return Ok(());
        };
        let rows = ["stat", "status", "cmdline", "cgroup", "environ", "stack", "pid", "net", "sta"];
        for row in rows.map(str::as_bytes).into_iter().chain(WORDS) {
            prop_assert_eq!(policy.hides_of_tasks(row), model.hides_of_tasks(row));
        }
    }

    #[test]
    fn the_lists_stay_as_they_were(model in model()) {
        let Some(policy) = policy(&model) else {
            return Ok(());
        };
        let of = |kind| super::paths(policy.lists(), kind);
        let canonical = |names: &BTreeSet<Name>| -> Vec<_> {
            names::canonical(names).iter().map(names::path).collect()
        };
        prop_assert_eq!(of(ListKind::Show), canonical(&model.show));
        prop_assert_eq!(of(ListKind::Hide), canonical(&model.hide));
        let writable = model.writable.clone().unwrap_or_default();
        prop_assert_eq!(of(ListKind::Writable), canonical(&writable));
        prop_assert_eq!(policy.lists().said(ListKind::Writable), model.writable.is_some());
    }
}
