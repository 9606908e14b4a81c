// SPDX-License-Identifier: GPL-2.0

//! Stores to memory that another reader uses as well: where processors take cache lines from each other, locked instructions or not.
//!
//! Two readers, each on a processor of its own, do the same thing in turn. QEMU logs each instruction with the registers before it,
//! and with the code as it stands in the kernel's memory that says what each of them reads and writes. A line that one writes and
//! the other reads or writes would go to and fro if they did it at once.

use super::locked::THINGS;
use super::profile::registers::{each_step, Step, END, LOGGED};
use super::profile::trace::Symbols;
use super::profile::watch::Watch;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use anyhow::{bail, ensure, Context, Result};
use proc2_bench::profile::{MARK, NEXT, REPETITIONS};
use proc2_bench::{Group, Row, Target};
use rustix::fs::{mknodat, FileType, Mode, CWD};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Write};
use std::thread;

mod code;
mod uses;

use code::Code;
use uses::{Known, Repeated, Uses};

/// How many readers there are, each on a processor of its own.
const READERS: usize = 2;

/// How many functions are shown of each thing.
const SHOWN: usize = 12;

/// A reader's stores to lines that the other one uses, by the functions that do them.
struct Shared(Vec<(String, u64)>);

impl Shared {
    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

/// The rows of a report.
pub(super) fn measure(tree: &Tree, modules: &Modules) -> Result<Vec<Row>> {
    let found = seen(tree, modules)?;
    let sum = |thing: &str, side: &'static str| {
        let found = found.iter().find(|(pair, _)| *pair == (thing, side));
        found.map_or(0, |(_, shared)| shared.sum()) as f64
    };
    let rows = THINGS.iter().map(|(name, ours, theirs)| Row {
        group: Group::Shared,
        name: (*name).into(),
        proc2: sum(ours, "proc2"),
        procfs: theirs.iter().map(|thing| sum(thing, "procfs")).sum(),
        floor: None,
        target: Some(Target::Share(1.0)),
    });
    Ok(rows.collect())
}

/// Prints which functions do them.
pub(super) fn show(tree: &Tree, modules: &Modules) -> Result<()> {
    for ((thing, side), shared) in seen(tree, modules)? {
        println!(
            "{thing} in {side}: {} stores to lines that another reader uses",
            shared.sum()
        );
        for (function, count) in shared.0.iter().take(SHOWN) {
            println!("{count:9}  {function}");
        }
    }
    Ok(())
}

type Pair = (&'static str, &'static str);

/// What is found for each thing, in proc2 and in procfs.
fn seen(tree: &Tree, modules: &Modules) -> Result<Vec<(Pair, Shared)>> {
    let ours = THINGS.iter().map(|(_, thing, _)| (*thing, "proc2"));
    let theirs = THINGS.iter().flat_map(|(.., things)| *things);
    let mut pairs: Vec<Pair> = ours.chain(theirs.map(|thing| (*thing, "procfs"))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let arguments = |watch: &Watch| {
        let file = watch.list(&pairs)?;
        Ok(vec!["beside".into(), file.display().to_string()])
    };
    let cpus = u32::try_from(READERS)?;
    let watching = |watch: &Watch| look(watch, modules);
    let (_, (symbols, readers)) = Watch::new(tree, modules, cpus, arguments, watching)?;
    ensure!(
        readers
            .iter()
            .all(|reader| reader.times.len() == pairs.len() * REPETITIONS),
        "QEMU's log does not hold all {} things",
        pairs.len()
    );
    let shared = |(index, pair): (usize, &Pair)| {
        let [one, other] = &readers;
        let [one, other] = [one.uses(index), other.uses(index)];
        let name = || format!("{} in {}", pair.0, pair.1);
        let (one, other) = (one.with_context(name)?, other.with_context(name)?);
        let sides = [(&one, &other), (&other, &one)].map(|(reader, other)| {
            let stores = symbols.by_function(&reader.stores_that_concern(other));
            Shared(
                stores
                    .into_iter()
                    .map(|(name, count)| (name.to_owned(), count))
                    .collect(),
            )
        });
        // Whichever of them does more.
        let most = sides.into_iter().max_by_key(Shared::sum);
        Ok((*pair, most.context("nobody has read")?))
    };
    pairs.iter().enumerate().map(shared).collect()
}

/// Lets them read, and follows the log as it comes: it is too long to be kept.
fn look(watch: &Watch, modules: &Modules) -> Result<(Symbols, [Reader; READERS])> {
    let symbols = watch.symbols()?;
    let code = Code::of(watch, &symbols, modules)?;
    let trace = watch.trace();
    mknodat(CWD, &trace, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).context("a pipe")?;
    let readers = thread::scope(|scope| {
        let reading = scope.spawn(|| -> Result<_> { follow(File::open(&trace)?, &symbols, &code) });
        // Whatever comes, the log ends for who reads it.
        let mut end = OpenOptions::new().write(true).open(&trace)?;
        let logged = watch.log(LOGGED, |watch| {
            watch.each_is_done(&|| reading.is_finished())
        });
        // Nobody reads any more where something was wrong.
        let _ = end.write_all(END);
        drop(end);
        let Ok(read) = reading.join() else {
            bail!("the thread that read QEMU's log panicked");
        };
        // Who reads it knows better what is wrong.
        let read = read?;
        logged.map(|()| read)
    })?;
    Ok((symbols, readers))
}

/// What a reader used each time that it did something: each thing so many times, one after the other.
#[derive(Default)]
struct Reader {
    times: Vec<Uses>,
    /// What it does now.
    now: Option<Uses>,
}

impl Reader {
    /// What it used for a thing.
    fn uses(&self, thing: usize) -> Result<Repeated<'_>> {
        let times = self.times.chunks_exact(REPETITIONS).nth(thing);
        Ok(Repeated(times.context("it was not done")?))
    }
}

fn follow(log: File, symbols: &Symbols, code: &Code) -> Result<[Reader; READERS]> {
    let (mark, next) = (symbols.address(MARK)?, symbols.address(NEXT)?);
    let mut readers: [Reader; READERS] = Default::default();
    // Whether one is about to begin.
    let mut about_to = [false; READERS];
    let mut known = Known::new(code);
    each_step(BufReader::new(log), |step: &Step| {
        let reader = readers.get_mut(step.cpu);
        let (Some(reader), Some(about_to)) = (reader, about_to.get_mut(step.cpu)) else {
            bail!("there are too many processors");
        };
        if step.address == next {
            *about_to = true;
        } else if step.address == mark {
            reader.times.extend(reader.now.take());
            reader.now = about_to.then(Uses::default);
            *about_to = false;
        }
        match &mut reader.now {
            Some(now) => now.add(step, &mut known),
            None => Ok(()),
        }
    })?;
    Ok(readers)
}

/// Instructions by their addresses, with how often they were executed.
type Counts = HashMap<u64, u64>;
