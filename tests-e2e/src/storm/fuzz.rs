// SPDX-License-Identifier: GPL-2.0

//! Random calls in an order and with arguments that make sense more often than not: each input is a
//! list of steps, made anew or changed from one that is known. Where the kernel has KCOV, inputs
//! that reach new code of the module are kept and changed further.
//!
//! An input is a line of JSON. `tests-e2e/corpus/` has those that every run begins with; with
//! `PROC2_CORPUS` naming a directory a run adds what it has found there.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::{env, fmt};

use anyhow::{ensure, Context as _, Result};
use arbitrary::{Arbitrary, Unstructured};
use fastrand::Rng;
use serde::de::DeserializeOwned;
use serde::Serialize;

use super::figures::Figures;
use super::kcov::Coverage;

/// An input has no more steps.
const STEPS: usize = 12;
/// Random bytes that a step is made from.
const BYTES: usize = 400;
/// Mistakes shown in full.
const KEEP: usize = 5;

/// One kind of step.
pub trait Step: for<'a> Arbitrary<'a> + Serialize + DeserializeOwned + Clone + fmt::Debug {}
impl<T: for<'a> Arbitrary<'a> + Serialize + DeserializeOwned + Clone + fmt::Debug> Step for T {}

/// A run over many inputs.
pub struct Campaign {
    /// Names its figures.
    pub name: &'static str,
    /// The inputs that it begins with.
    pub corpus: &'static str,
    /// How many inputs are tried.
    pub count: u64,
    /// Where choices begin.
    pub seed: u64,
}

impl Campaign {
    /// Tries the inputs. `attempt` returns the words that describe a mistake, if it makes one.
    pub fn run<S: Step>(
        &self,
        mut attempt: impl FnMut(&[S]) -> Result<Option<String>>,
    ) -> Result<()> {
        let mut rng = Rng::with_seed(self.seed);
        let mut known = self.known::<S>()?;
        let mut coverage = Coverage::new()?;
        let mut figures = Figures::new(self.name);
        let begun_with = known.len();
        let mut mistakes = Vec::new();
        for number in 0..self.count.max(known.len() as u64) {
            let input = match known.get(number as usize) {
                Some(input) if number < begun_with as u64 => input.clone(),
                _ => next(&known, &mut rng),
            };
            let mut wrong = None;
            let mut run = || -> Result<()> {
                wrong = attempt(&input)?;
                Ok(())
            };
            let text = || serde_json::to_string(&input).unwrap_or_default();
            let (done, new) = match &mut coverage {
                Some(coverage) => coverage.of(&mut run)?,
                None => (run(), 0),
            };
            done.with_context(|| format!("with the input {}", text()))?;
            if new > 0 && number >= begun_with as u64 {
                self.keep(&text())?;
                known.push(input.clone());
            }
            mistakes.extend(wrong.map(|wrong| format!("{}\n    {wrong}", text())));
        }
        figures
            .add("inputs", self.count.max(begun_with as u64))
            .add("corpus", known.len())
            .add("seed", self.seed);
        match &coverage {
            Some(coverage) => figures.add("blocks", coverage.seen.len()),
            None => figures.add("blocks", "no-kcov"),
        };
        figures.print(mistakes.len());
        let shown = mistakes.iter().take(KEEP).cloned().collect::<Vec<_>>();
        ensure!(
            mistakes.is_empty(),
            "{} inputs show a mistake, such as\n{}",
            mistakes.len(),
            shown.join("\n")
        );
        Ok(())
    }

    fn known<S: Step>(&self) -> Result<Vec<Vec<S>>> {
        let lines = self.corpus.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| {
                serde_json::from_str(line)
                    .with_context(|| format!("{}: not an input: {line}", self.name))
            })
            .collect()
    }

    fn keep(&self, text: &str) -> Result<()> {
        let Some(folder) = env::var_os("PROC2_CORPUS").map(PathBuf::from) else {
            return Ok(());
        };
        let file = folder.join(format!("{}.jsonl", self.name));
        let mut file = OpenOptions::new().create(true).append(true).open(&file)?;
        Ok(writeln!(file, "{text}")?)
    }
}

/// A new input, or a known one with some changes.
fn next<S: Step>(known: &[Vec<S>], rng: &mut Rng) -> Vec<S> {
    let mut input = if known.is_empty() || rng.u8(0..4) == 0 {
        Vec::new()
    } else {
        known[rng.usize(..known.len())].clone()
    };
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=input.len());
        match rng.u8(0..5) {
            0 if at < input.len() => {
                input.remove(at);
            }
            1 if at < input.len() => {
                let again = input[at].clone();
                input.insert(at, again);
            }
            2 if at < input.len() => {
                let other = rng.usize(..input.len());
                input.swap(at, other);
            }
            3 if at < input.len() => input[at] = step(rng),
            4 if !known.is_empty() => {
                let other = &known[rng.usize(..known.len())];
                input.truncate(at);
                input.extend(other.iter().skip(rng.usize(..=other.len())).cloned());
            }
            _ => input.insert(at, step(rng)),
        }
    }
    if input.is_empty() {
        input.push(step(rng));
    }
    input.truncate(STEPS);
    input
}

/// A random step.
fn step<S: Step>(rng: &mut Rng) -> S {
    loop {
        let bytes: Vec<u8> = (0..BYTES).map(|_| rng.u8(..)).collect();
        if let Ok(step) = S::arbitrary(&mut Unstructured::new(&bytes)) {
            return step;
        }
    }
}
