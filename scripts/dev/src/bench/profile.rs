// SPDX-License-Identifier: GPL-2.0

//! Where the instructions of one operation are executed; or of all those that miss their targets, as a page.
//!
//! The VM does the operation over and over. QEMU, told to through its monitor, logs each instruction for a while; the addresses
//! are resolved with the VM's own kallsyms, modules included.

pub(super) mod page;
pub(super) mod registers;
pub(super) mod trace;
pub(super) mod watch;

use crate::kernel::tree::Tree;
use crate::module::Modules;
use anyhow::{bail, Context, Result};
use clap::Args;
use proc2_bench::profile::MARK;
use proc2_bench::Report;
use std::collections::HashMap;
use std::fs;
use std::time::Duration;
use trace::{each_address, Symbols};
use watch::Watch;

/// What to look at.
#[derive(Args)]
pub(crate) struct Options {
    /// read:ENTRY, pread:ENTRY, stat:ENTRY, readlink:ENTRY or dir:ENTRY of a task (stat: alone is its directory); root, stats,
    /// lookup, scan, rows:NAME (50 of a file in .proc2), view:FILE (with the figures of a cgroup), mount, first:OPTIONS:PATH (the first lookup in an instance)
    #[arg(required_unless_present = "page")]
    operation: Option<String>,
    /// proc2 or procfs
    #[arg(default_value = "proc2")]
    side: String,
    /// How many functions to show
    #[arg(long, default_value_t = 40)]
    top: usize,
    /// Show who calls this function instead
    #[arg(long, value_name = "FUNCTION")]
    callers: Option<String>,
    /// Show the instructions of this function instead, by their offsets
    #[arg(long, value_name = "FUNCTION", conflicts_with = "callers")]
    inside: Option<String>,
    /// Write a page into the cache: what misses its target in bench/result.json, in both
    #[arg(long, conflicts_with_all = ["operation", "callers", "inside"])]
    page: bool,
}

/// Bytes of QEMU's log after which there is enough; an instruction takes about a hundred.
const ENOUGH: u64 = 120 << 20;
/// How long QEMU may take to log enough.
const PATIENCE: Duration = Duration::from_secs(300);

/// Prints the functions, by the share of instructions; or writes the page for the kept report.
pub(crate) fn run(
    tree: &Tree,
    modules: &Modules,
    what: &Options,
    kept: impl FnOnce() -> Result<Report>,
) -> Result<()> {
    let Some(operation) = &what.operation else {
        return page::write(tree, modules, &kept()?);
    };
    let watch = repeat(tree, modules, operation, &what.side)?;
    show(&watch.symbols()?, &watch, what, operation)
}

/// Lets a VM do one thing over and over, until enough is logged.
fn repeat(tree: &Tree, modules: &Modules, operation: &str, side: &str) -> Result<Watch> {
    let arguments = |_: &Watch| Ok(vec!["repeat".into(), operation.into(), side.into()]);
    let enough = |watch: &Watch| {
        let logged = || fs::metadata(watch.trace()).map_or(0, |data| data.len());
        watch
            .wait(PATIENCE, || logged() >= ENOUGH)
            .context("QEMU logged too little")
    };
    let watching = |watch: &Watch| watch.log("", enough);
    Ok(Watch::new(tree, modules, 1, arguments, watching)?.0)
}

/// Counts the instructions between the first mark and the last by address, or those that called `called`, and the operations.
fn count(
    symbols: &Symbols,
    watch: &Watch,
    called: Option<u64>,
) -> Result<(HashMap<u64, u64>, u64)> {
    let mark = symbols.address(MARK)?;
    // What the instruction before did counts for callers, the instruction itself otherwise. Counts since the last mark come in
    // when the next one does: a beginning and an end that are no whole operation are left out.
    let (mut whole, mut part) = (HashMap::<u64, u64>::new(), Vec::new());
    let (mut operations, mut begun, mut before) = (0_u64, false, 0);
    each_address(&watch.trace(), |address| {
        if address == mark {
            if begun {
                operations += 1;
                part.drain(..)
                    .for_each(|address| *whole.entry(address).or_default() += 1);
            }
            begun = true;
            part.clear();
        }
        match called {
            None => part.push(address),
            Some(called) if called == address => part.push(before),
            Some(_) => {}
        }
        before = address;
    })?;
    if operations == 0 {
        bail!("the operation was not logged whole even once");
    }
    Ok((whole, operations))
}

/// Prints the functions, for each operation.
fn show(symbols: &Symbols, watch: &Watch, what: &Options, operation: &str) -> Result<()> {
    let called = match &what.callers {
        Some(name) => Some(symbols.address(name)?),
        None => None,
    };
    let (whole, operations) = count(symbols, watch, called)?;
    if let Some(function) = &what.inside {
        return inside(symbols, &whole, operations, function);
    }
    let functions = symbols.by_function(&whole);
    let each = |count: u64| count as f64 / operations as f64;
    let sum = each(functions.iter().map(|(_, count)| count).sum());
    let unit = if called.is_some() {
        "calls"
    } else {
        "instructions"
    };
    println!(
        "{operation} in {}: {sum:.0} {unit}, {operations} operations seen",
        what.side
    );
    for (name, count) in functions.iter().take(what.top) {
        println!(
            "{:9.1} {:5.1}%  {name}",
            each(*count),
            each(*count) / sum * 100.0
        );
    }
    Ok(())
}

/// Prints the instructions of one function, for each operation; `llvm-objdump -d` of the module says what they are.
fn inside(
    symbols: &Symbols,
    counts: &HashMap<u64, u64>,
    operations: u64,
    function: &str,
) -> Result<()> {
    let start = symbols.address(function)?;
    let mut counts: Vec<_> = counts
        .iter()
        .filter(|(address, _)| symbols.name(**address) == function)
        .collect();
    counts.sort();
    for (address, count) in counts {
        let each = *count as f64 / operations as f64;
        println!("{:6x} {each:9.1}", address.wrapping_sub(start));
    }
    Ok(())
}
