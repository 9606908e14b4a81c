// SPDX-License-Identifier: GPL-2.0

//! A mutant on trial: what it is tried with, and what became of it.

use super::equivalent;
use super::find::ALLOW;
use super::mutant::{Mutant, Subject};
use super::play::Turn;
use super::results::Fate;
use super::witness::Tests;
use crate::kernel::hash;
use crate::tally::Tally;

/// A mutant, with its number in the module.
pub(super) struct Trial {
    pub(super) mutant: Mutant,
    pub(super) number: u32,
    /// What its result is kept under.
    pub(super) key: String,
    pub(super) fate: Option<Fate>,
    tests: Vec<String>,
}

impl Trial {
    /// One of the source and the test program that `identity` stands for.
    pub(super) fn new(number: u32, mutant: Mutant, tests: &Tests, identity: &str) -> Self {
        let tests = tests.of_mutant(&mutant);
        Self {
            key: hash(&[identity, &format!("{mutant:?} {tests:?}"), ALLOW]),
            mutant,
            number,
            fate: None,
            tests,
        }
    }

    /// Whether it is about the row of a name.
    pub(super) fn about(&self, row: &str) -> bool {
        matches!(&self.mutant.subject, Subject::Rows(names) if names.iter().any(|name| name == row))
    }

    /// Why nobody could notice it.
    pub(super) fn excuse(&self) -> Option<&'static str> {
        let mut known = equivalent::EQUIVALENT.iter();
        let excuse = known.find(|(title, _)| *title == self.mutant.title);
        excuse.map(|(_, reason)| *reason)
    }

    pub(super) fn turn(&self) -> Turn {
        let rows = match &self.mutant.subject {
            Subject::Rows(rows) => rows.clone(),
            _ => Vec::new(),
        };
        Turn {
            number: self.number,
            rows,
            tests: self.tests.clone(),
        }
    }

    /// A turn with all mutants asleep, in which every test that these are tried with must pass.
    pub(super) fn asleep(trials: &[Self]) -> Turn {
        let mut tests: Vec<String> = Vec::new();
        for test in trials.iter().flat_map(|trial| &trial.tests) {
            if !tests.contains(test) {
                tests.push(test.clone());
            }
        }
        Turn {
            number: 0,
            rows: Vec::new(),
            tests,
        }
    }

    /// Passed if a test has noticed the mutant, or if it is known that none can; else says what is wrong.
    pub(super) fn judge(&self) -> Tally {
        let Mutant { title, place, .. } = &self.mutant;
        let file = equivalent::FILE;
        let killed = matches!(self.fate, Some(Fate::Killed { .. }));
        match (killed, self.excuse()) {
            (true, Some(_)) => {
                eprintln!("proc2: {title} was noticed, but {file} says that it cannot be");
            }
            (false, None) => eprintln!(
                "proc2: no test noticed {title} ({place}); write one, or prove in {file} that nobody can"
            ),
            _ => return Tally::one(true),
        }
        Tally::one(false)
    }
}
