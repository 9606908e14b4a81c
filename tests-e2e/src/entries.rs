// SPDX-License-Identifier: GPL-2.0

//! What tests know of the entries of `/<pid>` and `/<pid>/task/<tid>`: what is written to each, how
//! its text moves by itself, and which options of the kernel it needs.
//!
//! One row for each, and the only list of them: what is written by the tests of writes, of the gate
//! and by the storms, and what each comparison leaves out, derives from it. The tests named
//! `entries::*` hold it against what procfs has.

mod table;

pub use table::{ENTRIES, ROOT};

/// A regular file in a task's directory.
pub struct Entry {
    /// Its path below that directory.
    pub name: &'static str,
    /// The options without which the kernel has no such entry.
    pub needs: &'static [&'static str],
    /// What is written to it; none if it has no write permission for anybody.
    pub writes: Option<Writes>,
    /// How its text moves by itself.
    pub moves: Moves,
}

/// What is written to an entry.
#[derive(Clone, Copy)]
pub struct Writes {
    /// What it takes, or nearly, in the order in which it is written: last what can be written once
    /// only.
    pub good: &'static [&'static [u8]],
    /// What brings out who may write it, one after the other. Never empty.
    pub checks: &'static [&'static str],
    /// What root may write to any process, over and over: the storms do. None where that would end
    /// the storm.
    pub storms: Option<&'static str>,
    /// Whether a read shows what was written, and nothing else.
    pub shown: bool,
    /// Whether a number that is written makes the writer's or the process's next system calls fail.
    pub makes_faults: bool,
}

/// How the text of an entry moves by itself.
#[derive(Clone, Copy)]
pub struct Moves {
    /// What differs between two reads, whoever is looked at.
    pub anyone: Part,
    /// What differs where the reader reads of itself, if that is more.
    pub own: Part,
    /// Whether a process at rest shows the same text later.
    pub rest: Rest,
}

/// A part of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// None of it, or so rarely that a second look is enough.
    Nothing,
    /// The lines that begin with these keys.
    Lines(&'static [&'static str]),
    /// Its numbers. Longer ones shift what is read at an offset.
    Numbers,
    /// Its numbers, which change so fast that what is read at an offset has no shape.
    FastNumbers,
    /// All of it: nothing that is read can be compared.
    Whole,
}

impl Moves {
    /// What differs between two reads by the process itself (`own`) or by another one.
    pub fn part(&self, own: bool) -> Part {
        match self.own {
            Part::Nothing => self.anyone,
            part if own => part,
            _ => self.anyone,
        }
    }
}

/// Whether what a process at rest shows stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Always.
    Steady,
    /// Until something is done to the process, or the machine has less memory or other work.
    Slow,
    /// Never: the reader's own work shows there.
    Moving,
}

/// An entry of the root, or below it, that moves.
pub struct RootEntry {
    /// Its path below the root.
    pub path: &'static str,
    /// Whether lines come and go, so that not even their shape can be compared.
    pub ragged: bool,
}

/// The row of a path whose last names are those of an entry, whoever's it is.
pub fn of(path: &str) -> Option<&'static Entry> {
    let found = |entry: &&Entry| ends_in(path, entry.name);
    // The longest: attr/apparmor/current is not attr/current's.
    ENTRIES
        .iter()
        .filter(found)
        .max_by_key(|entry| entry.name.len())
}

/// What is written to the entry that a path leads to.
pub fn writes(path: &str) -> Option<&'static Writes> {
    of(path)?.writes.as_ref()
}

/// What storms write, with the entry's name.
pub fn storm_writes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let text = |entry: &'static Entry| Some((entry.name, entry.writes.as_ref()?.storms?));
    ENTRIES.iter().filter_map(text)
}

/// Whether what a path shows stays the same while its process rests.
pub fn rest(path: &str) -> Rest {
    let of_root = || ROOT.iter().any(|entry| ends_in(path, entry.path));
    match of(path) {
        Some(entry) => entry.moves.rest,
        None if of_root() => Rest::Slow,
        None => Rest::Steady,
    }
}

/// Whether the last names of a path are those of `name`.
fn ends_in(path: &str, name: &str) -> bool {
    path.strip_suffix(name)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_the_row_of_their_last_names() {
        let name = |path| of(path).map(|entry| entry.name);
        assert_eq!(name("17/task/18/stat"), Some("stat"));
        assert_eq!(
            name("self/attr/apparmor/current"),
            Some("attr/apparmor/current")
        );
        assert_eq!(name("self/attr/current"), Some("attr/current"));
        assert_eq!(name("1/net/netstat"), None);
        assert_eq!(rest("1/net/dev"), Rest::Slow);
        assert_eq!(rest("1/cmdline"), Rest::Steady);
    }

    #[test]
    fn rows_are_of_one_entry_each_and_have_something_to_write() {
        for (index, entry) in ENTRIES.iter().enumerate() {
            let same = |other: &Entry| other.name == entry.name;
            assert!(!ENTRIES[..index].iter().any(same), "{} twice", entry.name);
            let empty = |writes: &Writes| writes.checks.is_empty();
            assert!(!entry.writes.as_ref().is_some_and(empty), "{}", entry.name);
        }
    }
}
