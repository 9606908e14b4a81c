// SPDX-License-Identifier: GPL-2.0

//! `make mutate`: leaves out one check of the module after the other and runs the tests that should notice.
//!
//! The checks are marked in the source (`src/pure/mutant.rs`). All mutants are in one build of the module, where a parameter
//! names the active one: a build and a boot for each would take hours.

mod equivalent;
mod marks;
mod observers;
mod report;
mod results;
mod runner;
mod verdict;

use crate::kernel::{hash, tree::Tree};
use crate::tally::Tally;
use crate::{cargo, entries, module, paths, sources, steps};
use anyhow::{bail, Context, Result};
use marks::Mutant;
use results::{Fate, Results};
use runner::Turn;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use verdict::Verdict;

/// Says what there is to mutate.
pub(crate) fn list() -> Result<()> {
    for mutant in mutants()? {
        println!("{}: {}", mutant.place, mutant.title);
    }
    Ok(())
}

/// Checks that the marks are good, and that each gate has one.
pub(crate) fn check() -> Result<()> {
    mutants().map(drop)
}

/// All mutants.
fn mutants() -> Result<Vec<Mutant>> {
    let rows = entries::rows()?;
    let mutants = marks::all(&module_sources()?, &rows, entries::ROWS)?;
    report::every_gate_has_a_mutant(&rows, &mutants)?;
    equivalent::check(&mutants)?;
    Ok(mutants)
}

/// Tries the mutants whose title has `part` in it.
pub(crate) fn run(tree: &Tree, part: Option<&str>) -> Result<Tally> {
    let (mutants, rows) = (mutants()?, entries::rows()?);
    let modules = module::build_mutants(tree).context("the mutants do not compile")?;
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let tests = observers::Tests::of(&program)?;
    let identity = identity(&program)?;
    let mut verdicts = Vec::new();
    for mutant in mutants {
        let observers = tests.of_mutant(&mutant, &rows)?;
        verdicts.push(Verdict::new(mutant, observers, &identity));
    }
    verdicts.retain(|verdict| part.is_none_or(|part| verdict.mutant.title.contains(part)));
    if verdicts.is_empty() {
        bail!("no mutant has {:?} in its title", part.unwrap_or(""));
    }
    let runner = Runner {
        tree,
        modules: &modules,
        program: &program,
        results: &Results::open(paths::cache()?.join("mutants").join("results"))?,
        identity: &identity,
    };
    runner.all(&mut verdicts)?;
    if part.is_none() {
        report::write(&verdicts)?;
    }
    let mut tally = Tally::default();
    verdicts.iter().for_each(|verdict| tally += verdict.judge());
    Ok(tally)
}

/// The texts of what kbuild makes the module of, by name.
fn module_sources() -> Result<BTreeMap<String, String>> {
    let checkout = paths::checkout()?;
    let all = sources::with_suffix(&[".rs", ".c", ".h", "Kbuild"])?.into_iter();
    let ours = all.filter(|name| {
        name == "Kbuild" || name.starts_with("src/") || name.starts_with("rust-bindings/")
    });
    ours.map(|name| {
        let text = fs::read_to_string(checkout.join(&name));
        let text = text.with_context(|| format!("cannot read {name}"))?;
        Ok((name, text))
    })
    .collect()
}

/// A hash of what every result depends on.
fn identity(program: &Path) -> Result<String> {
    let program =
        fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let program = String::from_utf8_lossy(&program);
    let sources = module_sources()?;
    let texts = sources.iter().flat_map(|(name, text)| [name, text]);
    let texts: Vec<&str> = texts.map(String::as_str).chain([&*program]).collect();
    Ok(hash(&texts))
}

/// What mutants are tried with.
struct Runner<'a> {
    tree: &'a Tree,
    modules: &'a module::Modules,
    program: &'a Path,
    results: &'a Results,
    identity: &'a str,
}

impl Runner<'_> {
    /// Tries the mutants that have no result yet.
    fn all(&self, verdicts: &mut [Verdict]) -> Result<()> {
        for verdict in verdicts.iter_mut() {
            verdict.fate = self.results.get(&verdict.key);
        }
        let total = verdicts.len();
        let waiting = verdicts.iter().filter(|verdict| verdict.fate.is_none());
        let mut waiting: Vec<Turn> = waiting.map(Verdict::turn).collect();
        let before = total - waiting.len();
        let mut step = steps::begin_quietly("mutants", &format!("{} of {total}", waiting.len()))?;
        step.measure(total as u64)?;
        let without = Verdict::none_active(verdicts);
        let key = hash(&[self.identity, &without.tests.join(" ")]);
        if self.results.get(&key).is_none() && !waiting.is_empty() {
            waiting.insert(0, without);
        }
        let mut done = before;
        while !waiting.is_empty() {
            let each = |turn: &Turn, fate: Fate| {
                let Some(verdict) = verdicts.iter_mut().find(|v| v.mutant.id == turn.id) else {
                    return self.keep_if_well(&key, &fate);
                };
                done += 1;
                let title = &verdict.mutant.title;
                step.advance(before as u64, done as u64, total as u64, title);
                self.results.put(&verdict.key, &fate)?;
                verdict.fate = Some(fate);
                Ok(())
            };
            let took = runner::run(self.tree, self.modules, self.program, &waiting, each)?;
            waiting.drain(..took);
        }
        step.done();
        Ok(())
    }

    /// Remembers that the tests pass without any mutant, or says that they do not.
    fn keep_if_well(&self, key: &str, fate: &Fate) -> Result<()> {
        match fate {
            Fate::Unnoticed => self.results.put(key, fate),
            Fate::Noticed { test, sign } => {
                bail!("{test} fails without any mutant, so that it cannot tell of one: {sign}")
            }
        }
    }
}
