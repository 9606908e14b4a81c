// SPDX-License-Identifier: GPL-2.0

//! What reading a container's figures costs in lxcfs and in proc2: Debian's lxcfs, laid over the root
//! of a VM that counts.

use super::counting;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::runtimes::{self, Extent};
use crate::{cargo, paths, vm};
use anyhow::{bail, Context, Result};
use proc2_bench::lxcfs::{Row, MARK};
use std::fmt::Write;
use std::fs;

/// The page, and the lines around the table.
const PAGE: &str = "docs/views.md";
const BEGIN: &str = "<!-- made by `make bench ARGS=lxcfs` -->\n";
const END: &str = "<!-- end of it -->\n";

/// Measures, and writes the table.
pub(super) fn run(tree: &Tree, modules: &Modules) -> Result<()> {
    let program = cargo::build("proc2-bench")?.join("bench");
    let options = vm::Options {
        over: Some(runtimes::unpacked(Extent::Full)?),
        // What is written to the root is in memory.
        memory: "4G".into(),
        ..counting(modules)?
    };
    // It ends with the version of the daemon, as that has it.
    let script = format!("{} lxcfs && lxcfs --version 2>&1", program.display());
    let command = ["/bin/sh", "-c", &script].map(str::to_owned);
    let captured = vm::Captured::new(false);
    let output = vm::Output::Captured(captured.clone());
    let outcome = vm::run(tree.kernel(), &options, &command, output)?;
    let text = captured.text();
    if outcome.verdict() != 0 {
        bail!("the bench failed in the VM; it said:\n{text}");
    }
    let line = text.lines().find_map(|line| line.strip_prefix(MARK));
    let line = line.with_context(|| format!("the bench printed no rows:\n{text}"))?;
    let rows: Vec<Row> = serde_json::from_str(line)?;
    let version = text.lines().last().unwrap_or_default();
    let version = version.trim_matches(['"', ' ']);
    let table = table(&rows, version);
    print!("{table}");
    write(&table)
}

fn table(rows: &[Row], version: &str) -> String {
    let mut text =
        format!("| | proc2 | procfs | lxcfs {version} | lxcfs / proc2 |\n|---|--:|--:|--:|--:|\n");
    for row in rows {
        let (theirs, times) = match row.lxcfs {
            Some(theirs) => (format!("{theirs:.0}"), format!("{:.0}", theirs / row.proc2)),
            None => ("has none".into(), String::new()),
        };
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.0} | {theirs} | {times} |",
            row.name, row.proc2, row.procfs
        );
    }
    text
}

fn write(table: &str) -> Result<()> {
    let path = paths::checkout()?.join(PAGE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = parts.with_context(|| format!("{PAGE} has no place for the table"))?;
    fs::write(&path, format!("{head}{BEGIN}{table}{END}{tail}"))
        .with_context(|| format!("cannot write {PAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lxcfs_lacks_has_no_share() {
        let row = |name: &str, lxcfs| Row {
            name: name.into(),
            proc2: 2000.0,
            procfs: 1000.4,
            lxcfs,
        };
        let text = table(&[row("a", Some(50_000.0)), row("b", None)], "1");
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| a | 2000 | 1000 | 50000 | 25 |",
                "| b | 2000 | 1000 | has none |  |"
            ]
        );
    }
}
