// SPDX-License-Identifier: GPL-2.0

//! The options of a policy, whatever a mounter says: who may have it, canonical text, and the paths
//! of the instance, against a model that has sets and no tree.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unused_imports)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

#[path = "../../properties/policy/heap.rs"]
mod heap;
#[allow(dead_code)]
#[path = "../../properties/policy/model.rs"]
mod model;
#[allow(dead_code)]
#[path = "../../properties/policy/names.rs"]
mod names;

use heap::Heap;
use model::{walk, Model};
use names::Name;
use pure::options::{may_mount, BadOption, Cgroup, Fault, Form, Options, UsernsMounts, TABLE};
use pure::policy::{BadName, ListKind, Lists, Policy, Refused, CONTAINER, MOST};
use pure::subset::Subset;
use pure::text::Text;
use std::collections::BTreeSet;

// Each line is an option, of which the first byte says the name, or else a path.
fuzz_target!(|input: &[u8]| {
    let (mut options, mut lists, mut model) =
        (Options::default(), Lists::default(), Model::default());
    let mut paths = vec![];
    for line in input.split(|byte| *byte == b'\n') {
        let Some((&first, value)) = line.split_first() else {
            continue;
        };
        // fsconfig(2) gives strings that end at the first NUL.
        let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
        match TABLE.get(usize::from(first.wrapping_sub(b'a'))) {
            Some(row) => match row.form {
                Form::List(kind) => add(&mut lists, &mut model, kind, value),
                Form::Text { .. } | Form::File => parse(&mut options, row.name, value),
            },
            None => paths.push(names::name(value)),
        }
    }
    model.subset = options.subset();
    check_text(&lists);
    for level in (0..4).filter_map(UsernsMounts::from_number) {
        check_authority(&lists, &model, options.cgroup(), level);
    }
    let policy = Policy::new(model.subset, lists).unwrap();
    assert_eq!(policy.is_some(), model.decides());
    let Some(policy) = policy else {
        return;
    };
    // Whatever is listed, what is above it, and a name beside it.
    let listed = model
        .show
        .iter()
        .chain(&model.hide)
        .chain(model.writable.iter().flatten());
    paths.extend(listed.flat_map(|name| (1..=name.len()).map(|len| name[..len].to_vec())));
    let beside: Vec<Name> = paths
        .iter()
        .map(|path| [&path[..], &[b"x".to_vec()]].concat())
        .collect();
    paths.extend(beside);
    paths.retain(|path| path[0] != b"pid");
    for (path, said) in paths.iter().zip(model.of_each(&paths)) {
        assert_eq!(walk(&policy, Some(policy.root()), path), said, "{path:?}");
        match path[0].as_slice() {
            b"net" => assert_eq!(walk(&policy, policy.net(), &path[1..]), model.of_net(path)),
            first => {
                let found = walk(&policy, policy.of_tasks(first), &path[1..]);
                assert_eq!(found, model.of_tasks(path));
            }
        }
    }
    for entry in ["stat", "cgroup", "environ"].map(str::as_bytes) {
        assert_eq!(policy.hides_of_tasks(entry), model.hides_of_tasks(entry));
    }
});

fn parse(options: &mut Options, name: &'static std::ffi::CStr, value: &[u8]) {
    let before = options.clone();
    if let Err(refusal) = options.parse(name, value, &|gid| (gid != u32::MAX).then_some(gid)) {
        one_line(&refusal, value);
        assert_eq!(*options, before);
    }
}

/// Says it to both.
fn add(lists: &mut Lists<Heap>, model: &mut Model, kind: ListKind, value: &[u8]) {
    let before = shown(lists);
    let none = kind == ListKind::Writable && value == b"none";
    let items = || value.split(|byte| *byte == b':').filter(|_| !none);
    let good = items().all(|item| names::decode(kind, item).is_some());
    let added = lists.add(kind, value);
    match added {
        Ok(()) => {
            assert!(good);
            let names = items().filter_map(|item| names::decode(kind, item));
            match kind {
                ListKind::Show => model.show.extend(names),
                ListKind::Hide => model.hide.extend(names),
                ListKind::Writable => model.writable.get_or_insert_default().extend(names),
            }
        }
        Err(Refused::NoMemory) => panic!("there is memory"),
        Err(Refused::Bad(part, bad)) => {
            assert_eq!(good, bad == BadName::TooMuch);
            assert_eq!(shown(lists), before);
            let (name, fault) = (kind.name(), Fault::Name(bad));
            one_line(
                &BadOption {
                    name,
                    value: part,
                    fault,
                },
                value,
            );
        }
    }
}

fn shown(lists: &Lists<Heap>) -> Vec<(ListKind, Vec<u8>)> {
    let mut all = vec![];
    for kind in ListKind::ALL {
        lists.values(kind, |value| all.push((kind, value.to_vec())));
        assert_eq!(lists.said(kind), all.iter().any(|(of, _)| *of == kind));
    }
    all
}

fn check_text(lists: &Lists<Heap>) {
    let (shown, mut again) = (shown(lists), Lists::<Heap>::default());
    let mut len = 0;
    for (kind, value) in &shown {
        assert!((1..=255).contains(&value.len()));
        assert!(value
            .iter()
            .all(|byte| names::plain(*byte) || b":%".contains(byte)));
        assert_eq!(again.add(*kind, value), Ok(()));
        len += kind.name().count_bytes() + 2 + value.len();
    }
    assert!(len <= MOST);
    for kind in ListKind::ALL {
        assert!(lists.same(&again, kind));
    }
}

fn check_authority(lists: &Lists<Heap>, model: &Model, cgroup: Cgroup, allowed: UsernsMounts) {
    let container: BTreeSet<Name> = CONTAINER
        .iter()
        .map(|row| names::name(row.path.as_bytes()))
        .collect();
    let all = model.subset == Subset::All;
    let beyond = model
        .show
        .iter()
        .any(|name| !names::covers(&container, name));
    let level = match (model.subset, model.show.is_empty()) {
        (Subset::All, _) => UsernsMounts::All,
        (Subset::Pid, true) => UsernsMounts::Pid,
        _ => UsernsMounts::Container,
    };
    let shows_all = all && !model.show.is_empty();
    // A cgroup that somebody names, no view where not all is shown, or one where all is.
    let others = matches!(cgroup, Cgroup::Number(_)) || all != (cgroup == Cgroup::Off);
    let wide = beyond || others || all && !model.hide.is_empty() || model.writable.is_some();
    for privileged in [false, true] {
        let verdict = may_mount(model.subset, cgroup, lists, allowed, || privileged);
        let without = !wide && allowed >= level;
        assert_eq!(verdict.is_ok(), !shows_all && (privileged || without));
        if let Err(refusal) = verdict {
            assert_eq!(refusal.is_permission(), !shows_all);
            one_line(&refusal, refusal.value);
        }
    }
}

/// A refusal is one clean line, and names a part of the value.
fn one_line(refusal: &BadOption<'_>, value: &[u8]) {
    let part = refusal.value;
    assert!((0..=value.len()).any(|start| value[start..].starts_with(part)));
    let mut buffer = vec![0; 1 << 16];
    let mut text = Text::new(&mut buffer);
    refusal.describe(&mut text);
    let control = b"\n\r\t\x0b\x0c\x07\x1b";
    assert!(!text.filled().iter().any(|byte| control.contains(byte)));
}
