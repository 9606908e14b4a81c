// SPDX-License-Identifier: GPL-2.0

//! Which tests should notice a mutant: those of the entries for the rows of its subjects, and the tests and
//! modules of tests that its subjects name.

use super::marks::Mutant;
use crate::entries::Row;
use anyhow::{bail, Context, Result};
use std::path::Path;
use std::process::Command;

/// The module of the tests that look at each entry, those alone that they are told of.
const ENTRIES: &str = "gates";

/// The tests that there are.
pub(super) struct Tests(Vec<String>);

/// Who looks at a mutant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observers {
    /// The rows that the tests of entries look at.
    pub(super) rows: Vec<String>,
    /// Tests by name, the quickest first.
    pub(super) tests: Vec<String>,
}

impl Tests {
    /// Asks the test program.
    pub(super) fn of(program: &Path) -> Result<Self> {
        let list = Command::new(program)
            .arg("--list")
            .output()
            .context("cannot list the tests")?;
        Ok(Self::parse(&String::from_utf8_lossy(&list.stdout)))
    }

    fn parse(list: &str) -> Self {
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        Self(names.map(str::to_owned).collect())
    }

    /// The test of this name, or those of the module.
    fn named<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = String> + 'a {
        let within = |rest: &str| rest.is_empty() || rest.starts_with("::");
        let named = move |name: &&String| name.strip_prefix(wanted).is_some_and(within);
        self.0.iter().filter(named).cloned()
    }

    /// Those for a mutant; an error if there are none.
    pub(super) fn of_mutant(&self, mutant: &Mutant, rows: &[Row]) -> Result<Observers> {
        let subjects = &mutant.subjects;
        let about = |row: &&Row| {
            let gates = row.gates.iter();
            gates.chain([&row.name]).any(|name| subjects.contains(name))
        };
        let mut names: Vec<String> = rows
            .iter()
            .filter(about)
            .map(|row| row.name.clone())
            .collect();
        names.dedup();
        let mut tests = Vec::new();
        if !names.is_empty() {
            tests.extend(self.named(ENTRIES));
        }
        tests.extend(subjects.iter().flat_map(|subject| self.named(subject)));
        if tests.is_empty() {
            let Mutant { place, title, .. } = mutant;
            bail!("{place}: {title:?} names no gate, no row, no test and no module of tests");
        }
        Ok(Observers { rows: names, tests })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observers(subject: &str) -> Result<Observers> {
        let list =
            "gates::looking: test\ncomm::long: test\nhiding::decisions: test\nhiding::x: test\n";
        let mutant = Mutant {
            title: format!("{subject}: x"),
            id: 1,
            place: String::new(),
            subjects: subject.split(", ").map(str::to_owned).collect(),
        };
        let row = |name: &str, gate: &str| Row {
            name: name.to_owned(),
            gates: vec![gate.to_owned()],
            ..Row::default()
        };
        let rows = [
            row("cwd", "Read"),
            row("comm", "Anyone"),
            row("comm", "Anyone"),
            row("io", "Read"),
        ];
        Tests::parse(list).of_mutant(&mutant, &rows)
    }

    fn expect(subject: &str, rows: &[&str], tests: &[&str]) {
        let found = observers(subject).unwrap();
        assert_eq!(
            (found.rows, found.tests),
            (
                rows.iter().map(|row| (*row).to_owned()).collect(),
                tests.iter().map(|test| (*test).to_owned()).collect(),
            )
        );
    }

    #[test]
    fn the_subject_says_who_looks() {
        expect("Read", &["cwd", "io"], &["gates::looking"]);
        expect("comm", &["comm"], &["gates::looking", "comm::long"]);
        expect("hiding", &[], &["hiding::decisions", "hiding::x"]);
        expect("hiding::x", &[], &["hiding::x"]);
        expect(
            "comm, hiding::x",
            &["comm"],
            &["gates::looking", "comm::long", "hiding::x"],
        );
        assert!(observers("hid").is_err());
    }
}
