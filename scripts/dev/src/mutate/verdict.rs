// SPDX-License-Identifier: GPL-2.0

//! What became of a mutant.

use super::equivalent;
use super::marks::Mutant;
use super::observers::Observers;
use super::results::Fate;
use super::runner::Turn;
use crate::kernel::hash;
use crate::tally::Tally;

/// A mutant, who looks at it, and what became of it.
pub(super) struct Verdict {
    pub(super) mutant: Mutant,
    /// What its result is kept under.
    pub(super) key: String,
    pub(super) fate: Option<Fate>,
    observers: Observers,
}

impl Verdict {
    /// That on one of the source and the test program that `identity` stands for.
    pub(super) fn new(mutant: Mutant, observers: Observers, identity: &str) -> Self {
        let Mutant { title, .. } = &mutant;
        Self {
            key: hash(&[identity, &format!("{title:?} {observers:?}")]),
            mutant,
            fate: None,
            observers,
        }
    }

    /// Why nobody could notice it.
    pub(super) fn excuse(&self) -> Option<&'static str> {
        equivalent::reason(&self.mutant.title)
    }

    pub(super) fn turn(&self) -> Turn {
        Turn {
            id: self.mutant.id,
            rows: self.observers.rows.clone(),
            tests: self.observers.tests.clone(),
        }
    }

    /// A turn without any mutant, in which every test that looks at these must pass.
    pub(super) fn none_active(verdicts: &[Self]) -> Turn {
        let mut tests: Vec<String> = Vec::new();
        for test in verdicts.iter().flat_map(|verdict| &verdict.observers.tests) {
            if !tests.contains(test) {
                tests.push(test.clone());
            }
        }
        Turn {
            id: 0,
            rows: Vec::new(),
            tests,
        }
    }

    /// Passed if a test has noticed the mutant, or if it is known that none can; else says what is wrong.
    pub(super) fn judge(&self) -> Tally {
        let Mutant { title, place, .. } = &self.mutant;
        let file = equivalent::FILE;
        let noticed = matches!(self.fate, Some(Fate::Noticed { .. }));
        match (noticed, self.excuse()) {
            (true, Some(_)) => {
                eprintln!("proc2: {title} was noticed, but {file} says that it cannot be");
            }
            (false, None) => eprintln!(
                "proc2: no test noticed {title} ({place}); write one, or prove in {file} that nobody can"
            ),
            _ => return Tally::of(title.clone(), true),
        }
        Tally::of(title.clone(), false)
    }
}
