// SPDX-License-Identifier: GPL-2.0

//! `make mutate`: leaves out one check of the module after the other and runs the tests that should notice.
//!
//! The mutants are made in a copy of the checkout, all in one module, where a parameter wakes one of them: a build and a boot
//! for each would take hours.

mod copy;
mod decisions;
mod equivalent;
mod find;
mod modes;
mod mutant;
mod play;
mod report;
mod results;
mod rows;
mod trial;
mod witness;

use crate::kernel::{hash, tree::Tree};
use crate::{cargo, module, paths, steps, tally::Tally};
use anyhow::{bail, Context, Result};
use copy::Sources;
use play::Turn;
use results::{Fate, Results};
use std::fs;
use std::path::Path;
use trial::Trial;

/// Says what there is to mutate.
pub(crate) fn list() -> Result<()> {
    for mutant in find::all(&copy::read(&paths::checkout()?)?)?.1 {
        println!("{}: {}", mutant.place, mutant.title);
    }
    Ok(())
}

/// Tries the mutants whose title has `part` in it.
pub(crate) fn run(tree: &Tree, part: Option<&str>) -> Result<Tally> {
    let sources = copy::read(&paths::checkout()?)?;
    let (rows, mutants) = find::all(&sources)?;
    // All are made, so that none of them can break the build unseen.
    let folder = paths::cache()?.join("mutants");
    let copy = folder.join("source");
    copy::write(&copy::mutated(&sources, &mutants)?, &copy)?;
    let modules = module::build_copy(tree, &copy, &folder.join("module"))
        .context("the mutants do not compile")?;
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let tests = witness::Tests::of(&program)?;
    let identity = identity(&sources, &program)?;
    let numbered = (1..).zip(mutants);
    let mut trials: Vec<Trial> = numbered
        .map(|(number, mutant)| Trial::new(number, mutant, &tests, &identity))
        .collect();
    report::without_mutant(&rows, &trials)?;
    trials.retain(|trial| part.is_none_or(|part| trial.mutant.title.contains(part)));
    if trials.is_empty() {
        bail!("no mutant has {:?} in its description", part.unwrap_or(""));
    }
    let play = Play {
        tree,
        modules: &modules,
        program: &program,
        results: &Results::open(folder.join("results"))?,
        identity: &identity,
    };
    play.all(&mut trials)?;
    if part.is_none() {
        report::write(&rows, &trials)?;
    }
    let mut tally = Tally::default();
    trials.iter().for_each(|trial| tally += trial.judge());
    Ok(tally)
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

/// What trials are made with.
struct Play<'a> {
    tree: &'a Tree,
    modules: &'a module::Modules,
    program: &'a Path,
    results: &'a Results,
    identity: &'a str,
}

impl Play<'_> {
    /// Tries the mutants that have no result yet.
    fn all(&self, trials: &mut [Trial]) -> Result<()> {
        for trial in trials.iter_mut() {
            trial.fate = self.results.get(&trial.key);
        }
        let total = trials.len();
        let waiting = trials.iter().filter(|trial| trial.fate.is_none());
        let mut waiting: Vec<Turn> = waiting.map(Trial::turn).collect();
        let before = total - waiting.len();
        let mut step = steps::begin_quietly("mutants", &format!("{} of {total}", waiting.len()))?;
        step.measure(total as u64)?;
        let asleep = Trial::asleep(trials);
        let key = hash(&[self.identity, &asleep.tests.join(" ")]);
        if self.results.get(&key).is_none() && !waiting.is_empty() {
            waiting.insert(0, asleep);
        }
        let mut done = before;
        while !waiting.is_empty() {
            let each = |turn: &Turn, fate: Fate| {
                let Some(trial) = trials.iter_mut().find(|t| t.number == turn.number) else {
                    return self.keep_if_well(&key, &fate);
                };
                done += 1;
                let title = &trial.mutant.title;
                step.advance(before as u64, done as u64, total as u64, title);
                self.results.put(&trial.key, &fate)?;
                trial.fate = Some(fate);
                Ok(())
            };
            let took = play::play(self.tree, self.modules, self.program, &waiting, each)?;
            waiting.drain(..took);
        }
        step.done();
        Ok(())
    }

    /// Remembers that the tests pass while all mutants sleep, or says that they do not.
    fn keep_if_well(&self, key: &str, fate: &Fate) -> Result<()> {
        match fate {
            Fate::Survived => self.results.put(key, fate),
            Fate::Killed { test, sign } => {
                bail!("{test} fails without any mutant, so that it cannot tell of one: {sign}")
            }
        }
    }
}
