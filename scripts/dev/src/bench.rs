// SPDX-License-Identifier: GPL-2.0

//! What reading costs: runs `bench/` in a VM that counts instructions, and tells, keeps and compares what it found.

mod check;
mod locked;
mod lxcfs;
mod plot;
mod profile;
mod readers;
mod shared;
mod table;

use crate::kernel::{config, tree::Tree};
use crate::module::Modules;
use crate::{arch, cargo, paths, tally::Tally, vm};
use anyhow::{bail, ensure, Context, Result};
use clap::Subcommand;
use proc2_bench::{Report, MARK, SCHEMA};
use std::fs;
use std::path::PathBuf;

/// The kept report, below the checkout.
const KEPT: &str = "bench/result.json";
/// What is made from it.
const TABLE: &str = "docs/bench.md";
const PLOT: &str = "docs/bench.svg";

/// The VM is stopped after this many seconds.
const LIMIT: u64 = 3600;

/// What to do instead of measuring everything and keeping it.
#[derive(Subcommand)]
pub(crate) enum What {
    /// Leave out the large numbers of tasks, and keep nothing
    Quick,
    /// Write the table and the plot of the kept report anew
    Draw,
    /// The files of views beside lxcfs's, and nothing else; kept in docs/views.md
    Lxcfs,
    /// How much readers on several processors get done, by time; nothing is kept
    Readers(readers::Options),
    /// Say which functions store to cache lines that another reader uses; nothing is kept
    Shared,
    /// Say which functions of the kernel execute the instructions of one operation
    Profile(profile::Options),
}

/// `make bench`.
pub(crate) fn run(tree: &Tree, modules: &Modules, what: Option<What>) -> Result<()> {
    match what {
        None => {
            let report = measure(tree, modules, &[])?;
            print!("{}", table::markdown(&report));
            let path = paths::checkout()?.join(KEPT);
            let text = serde_json::to_string_pretty(&report)? + "\n";
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            draw(&report)
        }
        Some(What::Quick) => {
            print!("{}", table::markdown(&measure(tree, modules, &["quick"])?));
            Ok(())
        }
        Some(What::Draw) => draw(&kept()?),
        Some(What::Lxcfs) => lxcfs::run(tree, modules),
        Some(What::Shared) => shared::show(tree, modules),
        Some(What::Readers(options)) => readers::run(tree, modules, &options),
        Some(What::Profile(options)) => profile::run(tree, modules, &options, kept),
    }
}

/// `make bench-check`: a quick run, held against the kept report.
pub(crate) fn check(tree: &Tree, modules: &Modules) -> Result<Tally> {
    let arch = arch::target()?;
    if !arch.has_bench {
        println!("proc2: left out: {KEPT} has no figures of {}", arch.name);
        return Ok(Tally::default());
    }
    let kept = kept()?;
    let now = measure(tree, modules, &["quick"])?;
    if check::is_made_otherwise(&kept, &now) {
        println!(
            "proc2: figures of {}; those of {KEPT} are of {}: each may be {:.0} % worse",
            now.made_with,
            kept.made_with,
            (check::OTHERWISE - 1.0) * 100.0
        );
    }
    Ok(check::compare(&kept, &now))
}

fn program() -> Result<PathBuf> {
    Ok(cargo::build("proc2-bench")?.join("bench"))
}

/// A VM that counts, with the module.
fn counting(modules: &Modules) -> Result<vm::Options> {
    ensure!(
        !config::debug() && !config::gcc(),
        "only the normal kernel says what things cost: run this without DEBUG=1 and GCC=1"
    );
    let arch = arch::target()?;
    ensure!(arch.has_bench, "nothing is measured on {} yet", arch.name);
    Ok(vm::Options {
        modules: vec![modules.proc2()],
        timeout: Some(LIMIT),
        count: true,
        ..vm::Options::default()
    })
}

fn measure(tree: &Tree, modules: &Modules, arguments: &[&str]) -> Result<Report> {
    let captured = vm::Captured::new(false);
    let mut command = vec![program()?.display().to_string()];
    command.extend(arguments.iter().map(|&word| word.to_owned()));
    let output = vm::Output::Captured(captured.clone());
    let mut options = counting(modules)?;
    if arguments.is_empty() {
        // For 20,000 tasks.
        options.memory = "6G".into();
    }
    let outcome = vm::run(tree.kernel(), &options, &command, output)?;
    let text = captured.text();
    if outcome.verdict() != 0 {
        bail!("the bench failed in the VM; it said:\n{text}");
    }
    let line = text.lines().find_map(|line| line.strip_prefix(MARK));
    let mut report = parse(line.with_context(|| format!("the bench printed no report:\n{text}"))?)?;
    report.rows.extend(locked::measure(tree, modules)?);
    report.rows.extend(shared::measure(tree, modules)?);
    report.made_with = format!("{}, {}", report.made_with, vm::version()?);
    Ok(report)
}

fn kept() -> Result<Report> {
    let path = paths::checkout()?.join(KEPT);
    let text = fs::read_to_string(&path);
    let text =
        text.with_context(|| format!("cannot read {}; `make bench` makes it", path.display()))?;
    parse(&text).with_context(|| format!("{KEPT} is of no use; `make bench` makes it anew"))
}

fn parse(text: &str) -> Result<Report> {
    let report: Report = serde_json::from_str(text).context("this is no report of the bench")?;
    ensure!(
        report.schema == SCHEMA,
        "the report has the form {}, not {SCHEMA}",
        report.schema
    );
    Ok(report)
}

fn draw(report: &Report) -> Result<()> {
    let write = |name: &str, text: String| {
        let path = paths::checkout()?.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write(TABLE, table::document(report))?;
    write(PLOT, plot::svg(report))
}
