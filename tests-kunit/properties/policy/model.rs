// SPDX-License-Identifier: GPL-2.0

//! What exists and what can be written, by the words of the design, over sets of names.

use super::names::{
    covers,
    name,
    Name, //
};
use crate::pure::grow::Memory;
use crate::pure::policy::{
    Policy,
    State,
    CONTAINER, //
};
use crate::pure::subset::Subset;
use std::collections::BTreeSet;

/// What there is of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    /// It is there, with what is below it.
    Shown,
    /// It is there if it is a directory, and leads to what is shown below it.
    Leads,
    /// There is no such name.
    Absent,
}

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// `subset=`.
    pub(crate) subset: Subset,
    /// `show=`.
    pub(crate) show: BTreeSet<Name>,
    /// `hide=`.
    pub(crate) hide: BTreeSet<Name>,
    /// `writable=`, if it is given.
    pub(crate) writable: Option<BTreeSet<Name>>,
}

impl Model {
    /// Whether there is anything to decide.
    pub(crate) fn decides(&self) -> bool {
        let nothing_named = self.show.is_empty() && self.hide.is_empty();
        self.subset == Subset::Container || !nothing_named || self.writable.is_some()
    }

    /// The names that are shown with all below them: the base and `show=`.
    fn listed(&self) -> BTreeSet<Name> {
        let mut names = self.show.clone();
        if self.subset == Subset::Container {
            names.extend(CONTAINER.iter().map(|row| name(row.path.as_bytes())));
        }
        names
    }

    fn can_be_written(&self, path: &[Vec<u8>]) -> bool {
        match &self.writable {
            Some(writable) => covers(writable, path),
            None => self.subset == Subset::All,
        }
    }

    /// A path that is no task's.
    pub(crate) fn of(&self, path: &Name) -> (Is, bool) {
        self.of_each([path]).remove(0)
    }

    /// Many paths.
    pub(crate) fn of_each<'p>(&self, paths: impl IntoIterator<Item = &'p Name>) -> Vec<(Is, bool)> {
        let listed = self.listed();
        let not_hidden = |path: &[Vec<u8>]| !covers(&self.hide, path);
        let leads = |path: &Name| {
            let mut below = listed.iter().filter(|name| name.starts_with(path));
            below.any(|name| not_hidden(name))
        };
        let is = |path: &Name| {
            if !not_hidden(path) {
                Is::Absent
            } else if self.subset == Subset::All || covers(&listed, path) {
                Is::Shown
            } else if leads(path) {
                Is::Leads
            } else {
                Is::Absent
            }
        };
        let each = paths.into_iter().map(|path| match is(path) {
            Is::Absent => (Is::Absent, false),
            there => (there, self.can_be_written(path)),
        });
        each.collect()
    }

    /// A path that starts with the `net` of a task, or with a file of the root that speaks of tasks
    /// alone: those are in the base of every subset.
    fn always_there(&self, path: &Name) -> (Is, bool) {
        match covers(&self.hide, path) {
            true => (Is::Absent, false),
            false => (Is::Shown, self.can_be_written(path)),
        }
    }

    /// A path from a task's directory that starts with `net`.
    pub(crate) fn of_net(&self, path: &Name) -> (Is, bool) {
        self.always_there(path)
    }

    /// A path of the root that starts with a name that speaks of tasks alone.
    pub(crate) fn of_tasks(&self, path: &Name) -> (Is, bool) {
        let told = ["stat", "status", "cmdline", "cgroup"];
        match told
            .iter()
            .any(|entry| self.hides_of_tasks(entry.as_bytes()))
        {
            true => (Is::Absent, false),
            false => self.always_there(path),
        }
    }

    /// Whether the entry of every task is hidden.
    pub(crate) fn hides_of_tasks(&self, entry: &[u8]) -> bool {
        self.hide.contains(&vec![b"pid".to_vec(), entry.to_vec()])
    }
}

/// What the policy says of what `names` lead to from `start`, which is none where it is hidden.
/// Each state on the way is put away as a number and taken out again.
pub(crate) fn walk<M: Memory>(
    policy: &Policy<M>,
    start: Option<State>,
    names: &[Vec<u8>],
) -> (Is, bool) {
    let kept = |state: State| {
        let word = state.to_word();
        assert!(word < 1 << State::BITS, "{state:?}");
        assert_eq!(State::from_word(word), state);
        State::from_word(word)
    };
    let state = names.iter().fold(start.map(kept), |dir, name| {
        dir.and_then(|dir| policy.child(dir, name)).map(kept)
    });
    match state {
        None => (Is::Absent, false),
        Some(state) if state.only_leads() => (Is::Leads, state.writable()),
        Some(state) => (Is::Shown, state.writable()),
    }
}
