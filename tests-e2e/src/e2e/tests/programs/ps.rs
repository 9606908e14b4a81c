// SPDX-License-Identifier: GPL-2.0

//! ps: every format specifier, and the formats that people type.

use std::process::Command;

use anyhow::{ensure, Context as _, Result};

use super::look::{compare, look, Look};
use super::sandbox::{Sandbox, PROGRAM};
use super::verdict::Moves;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::ps": every_specifier, formats, selections]
}

/// Specifiers whose value goes with the time that passes.
const CLOCKS: &[&str] = &[
    "etime", "etimes", "%cpu", "pcpu", "c", "cp", "util", "cuu", "cuc",
];

/// Specifiers of memory that is counted by who else has it mapped: ps itself is among them where a
/// target uses the same libraries.
const SHARES: &[&str] = &["pss", "uss"];

/// The names of supplementary groups, which ps looks up one by one: one target has thousands. Their
/// numbers are asked of all.
const NAMES: &str = "supgrp";

/// Specifiers at once: their columns still fit beside each other.
const AT_ONCE: usize = 24;

/// The row of ps itself, which is new each time.
fn own_row() -> Moves {
    Moves::wanders(&PROGRAM.to_string(), "ps has just been started, and runs")
}

/// All that `ps L` lists.
fn specifiers() -> Result<Vec<String>> {
    let output = Command::new("ps").arg("L").output().context("ps L")?;
    ensure!(output.status.success(), "ps L: {output:?}");
    let list = String::from_utf8(output.stdout)?;
    let first = |line: &str| line.split_whitespace().next().map(String::from);
    let names: Vec<String> = list.lines().filter_map(first).collect();
    ensure!(names.len() > 140, "ps L lists only {}", names.len());
    Ok(names)
}

fn every_specifier() -> Result<()> {
    // Before the sandbox: in it a child's own pid is not that of the /proc here, which ps looks
    // itself up in even for this.
    let all = specifiers()?;
    let sandbox = Sandbox::new()?;
    let (clocks, resting): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|name| !SHARES.contains(&name.as_str()) && name != NAMES)
        .partition(|name| CLOCKS.contains(&name.as_str()));
    ensure!(
        clocks.len() == CLOCKS.len(),
        "of the clocks, ps has {clocks:?}"
    );
    let list =
        |names: &[String]| look(format!("ps ax -o pid,{}", names.join(","))).moves(own_row());
    let threads = sandbox.pid("threads")?.to_string();
    let mut looks: Vec<Look> = resting
        .chunks(AT_ONCE)
        .map(|names| list(names).shows(&threads))
        .collect();
    looks.push(
        list(&clocks)
            .shows(&threads)
            .moves(Moves::drifts("", "time passes")),
    );
    // The tests' own program is static.
    looks.push(look(format!("ps -N -C ps,sleep -o pid,{}", SHARES.join(","))).shows(&threads));
    looks.push(look(format!("ps -p {threads} -o pid,{NAMES}")).shows(&threads));
    compare(&sandbox, &looks)
}

fn formats() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let passes = || Moves::drifts("", "%CPU, C and ELAPSED: time passes");
    let format = |command: &str| look(command).moves(own_row()).moves(passes());
    let looks = [
        format("ps aux").shows("e2e"),
        format("ps auxww --forest").shows("e2e"),
        format("ps axeww").shows("e2e"),
        format("ps -ef").shows("e2e"),
        format("ps -eFH").shows("e2e"),
        format("ps axjf").shows("e2e"),
        format("ps -ejH").shows("e2e"),
        format("ps -eLf").shows("e2e"),
        format("ps -eTly").shows("one"),
        format("ps axms").shows("e2e"),
        format("ps axv").shows("e2e"),
        format("ps axX").shows("e2e"),
        format("ps axl").shows("e2e"),
        format("ps -eM").shows("e2e"),
        format("ps axZ").shows("e2e"),
        format("ps -elc").shows("e2e"),
    ];
    compare(&sandbox, &looks)
}

fn selections() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?;
    let format = "-o pid,ppid,pgid,sid,tty,user,stat,wchan:20,lwp,nlwp,comm";
    let select = |selection: String| look(format!("ps {selection} {format}")).moves(own_row());
    let looks = [
        select(format!("-p {threads}")).shows("e2e"),
        select(format!("-q {threads} -L")).shows("two"),
        select("--ppid 1".into()).shows(threads.to_string()),
        select("-u 1000 -L".into()).shows("two"),
        select(format!("-N -p {PROGRAM}")).shows(threads.to_string()),
        select("-C e2e".into()).shows("e2e"),
    ];
    compare(&sandbox, &looks)
}
