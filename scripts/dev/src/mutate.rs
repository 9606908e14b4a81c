// SPDX-License-Identifier: GPL-2.0

//! `make mutate`: leaves out one check of the module after the other and runs the tests that should notice.
//!
//! The mutants are made in a copy of the checkout, all in one module, where a parameter wakes one of them: a build and a boot
//! for each would take hours.

mod copy;
mod decisions;
mod equivalent;
mod find;
mod mutant;
mod play;
mod report;
mod results;
mod rows;

use crate::kernel::{hash, tree::Tree};
use crate::{cargo, module, paths, steps, tally::Tally};
use anyhow::{bail, Context, Result};
use copy::Sources;
use mutant::{Mutant, Subject};
use play::Turn;
use results::{Fate, Results};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A mutant and what became of it.
struct Trial {
    mutant: Mutant,
    number: u32,
    key: String,
    fate: Option<Fate>,
}

impl Trial {
    /// Whether it is about the row of a name.
    fn about(&self, row: &str) -> bool {
        matches!(&self.mutant.subject, Subject::Rows(names) if names.iter().any(|name| name == row))
    }

    /// Why nobody could notice it.
    fn excuse(&self) -> Option<&'static str> {
        let mut known = equivalent::EQUIVALENT.iter();
        let excuse = known.find(|(title, _)| *title == self.mutant.title);
        excuse.map(|(_, reason)| *reason)
    }

    fn turn(&self) -> Turn {
        let (rows, tests) = match &self.mutant.subject {
            Subject::Rows(rows) => (rows.clone(), ENTRIES),
            Subject::Hiding => (Vec::new(), HIDING),
            Subject::Mounting => (Vec::new(), MOUNTING),
        };
        Turn {
            number: self.number,
            rows,
            tests: tests.to_vec(),
        }
    }
}

/// The tests that should notice, by what a mutant breaks.
const ENTRIES: &[&str] = &[
    "gates::looking",
    "gates::writing",
    "gates::opened_by_another",
    "gates::in_borrowed_credentials",
];
const HIDING: &[&str] = &[
    "hiding::decisions",
    "hiding::thread_of_another",
    "differences::cached_but_hidden_is_enoent",
    "differences::held_thread_directory_is_gated",
    "held::by_others",
];
const MOUNTING: &[&str] = &["pidns::needs_admin_there", "pidns::may_not_look_up"];

/// Says what there is to mutate.
pub(crate) fn list() -> Result<()> {
    for mutant in find(&copy::read(&paths::checkout()?)?)?.1 {
        println!("{}:{}: {}", mutant.file, mutant.line, mutant.title);
    }
    Ok(())
}

/// Tries the mutants whose title has `part` in it.
pub(crate) fn run(tree: &Tree, part: Option<&str>) -> Result<Tally> {
    let checkout = paths::checkout()?;
    let sources = copy::read(&checkout)?;
    let (rows, mutants) = find(&sources)?;
    // All are made, so that none of them can break the build unseen.
    let folder = paths::cache()?.join("mutants");
    let copy = folder.join("source");
    copy::write(&copy::mutated(&sources, &mutants)?, &copy)?;
    let modules = module::build_copy(tree, &copy, &folder.join("module"))
        .context("the mutants do not compile")?;
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let results = Results::open(folder.join("results"))?;
    let mut trials = trials(&sources, &program, mutants)?;
    report::without_mutant(&rows, &trials)?;
    trials.retain(|trial| part.is_none_or(|part| trial.mutant.title.contains(part)));
    if trials.is_empty() {
        bail!("no mutant has {:?} in its description", part.unwrap_or(""));
    }
    let play = Play {
        tree,
        modules: &modules,
        program: &program,
        results: &results,
    };
    play.all(&mut trials, &identity(&sources, &program)?)?;
    if part.is_none() {
        report::write(&rows, &trials)?;
    }
    Ok(trials
        .iter()
        .map(judge)
        .fold(Tally::default(), |mut sum, tally| {
            sum += tally;
            sum
        }))
}

/// A mutant passes if a test has noticed it, or if it is known that none can.
fn judge(trial: &Trial) -> Tally {
    let killed = matches!(trial.fate, Some(Fate::Killed { .. }));
    match (killed, trial.excuse()) {
        (true, Some(_)) => eprintln!(
            "proc2: {} was noticed, but {} says that it cannot be",
            trial.mutant.title,
            equivalent::FILE
        ),
        (false, None) => report::complain(trial),
        _ => return Tally::one(true),
    }
    Tally::one(false)
}

/// The rows, and the mutants of all files.
fn find(sources: &Sources) -> Result<(Vec<rows::Row>, Vec<Mutant>)> {
    let text = |name: &str| {
        let text = sources.get(name);
        text.with_context(|| format!("there is no {name}"))
    };
    let rows = rows::rows(text(rows::TABLE)?)?;
    let (mut mutants, mut askers) = (Vec::new(), find::Askers::new());
    let code = sources.iter().filter(|(name, _)| {
        name.starts_with("src/") && name.ends_with(".rs") && *name != find::GATE
    });
    for (name, text) in code {
        mutants.extend(find::in_file(name, text, &rows, &mut askers)?);
    }
    mutants.extend(find::in_file(
        find::GATE,
        text(find::GATE)?,
        &rows,
        &mut askers,
    )?);
    mutants.extend(decisions::find(text(decisions::FILE)?)?);
    let mut seen = BTreeSet::new();
    for mutant in &mut mutants {
        let title = mutant.title.clone();
        for number in 2.. {
            if seen.insert(mutant.title.clone()) {
                break;
            }
            mutant.title = format!("{title} ({number})");
        }
    }
    Ok((rows, mutants))
}

/// A hash of what every result depends on.
fn identity(sources: &Sources, program: &Path) -> Result<String> {
    let program =
        fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let program = String::from_utf8_lossy(&program);
    let texts = sources.iter().flat_map(|(name, text)| [name, text]);
    let texts: Vec<&str> = texts.map(String::as_str).chain([&*program]).collect();
    Ok(hash(&texts))
}

fn trials(sources: &Sources, program: &Path, mutants: Vec<Mutant>) -> Result<Vec<Trial>> {
    let identity = identity(sources, program)?;
    let numbered = (1..).zip(mutants);
    let trials = numbered.map(|(number, mutant)| Trial {
        key: hash(&[&identity, &format!("{mutant:?}"), find::ALLOW]),
        number,
        mutant,
        fate: None,
    });
    Ok(trials.collect())
}

/// What trials are made with.
struct Play<'a> {
    tree: &'a Tree,
    modules: &'a module::Modules,
    program: &'a Path,
    results: &'a Results,
}

impl Play<'_> {
    /// Tries the mutants that have no result yet.
    fn all(&self, trials: &mut [Trial], identity: &str) -> Result<()> {
        for trial in trials.iter_mut() {
            trial.fate = self.results.get(&trial.key);
        }
        let total = trials.len();
        let mut waiting: Vec<Turn> = trials
            .iter()
            .filter(|t| t.fate.is_none())
            .map(Trial::turn)
            .collect();
        let before = total - waiting.len();
        let mut step = steps::begin_quietly("mutants", &format!("{} of {total}", waiting.len()))?;
        step.measure(total as u64)?;
        if self.results.get(identity).is_none() && !waiting.is_empty() {
            waiting.insert(0, self.asleep(trials));
        }
        let mut done = before;
        while !waiting.is_empty() {
            let took = play::play(
                self.tree,
                self.modules,
                self.program,
                &waiting,
                |turn, fate| {
                    let Some(trial) = trials.iter_mut().find(|t| t.number == turn.number) else {
                        return self.awoke(identity, &fate);
                    };
                    done += 1;
                    step.advance(
                        before as u64,
                        done as u64,
                        total as u64,
                        &trial.mutant.title,
                    );
                    self.results.put(&trial.key, &fate)?;
                    trial.fate = Some(fate);
                    Ok(())
                },
            )?;
            waiting.drain(..took);
        }
        step.done();
        Ok(())
    }

    /// A turn with all mutants asleep, in which every test that is used must pass.
    fn asleep(&self, trials: &[Trial]) -> Turn {
        let mut tests: Vec<&'static str> = Vec::new();
        for test in trials.iter().flat_map(|trial| trial.turn().tests) {
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
        Turn {
            number: 0,
            rows: Vec::new(),
            tests,
        }
    }

    fn awoke(&self, identity: &str, fate: &Fate) -> Result<()> {
        match fate {
            Fate::Survived => self.results.put(identity, fate),
            Fate::Killed { test, sign } => {
                bail!("{test} fails without any mutant, so that it cannot tell of one: {sign}")
            }
        }
    }
}
