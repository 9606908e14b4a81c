// SPDX-License-Identifier: GPL-2.0

//! top in batch mode, with each of its fields.

use std::fs;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};

use super::look::{compare, look, Look};
use super::sandbox::{Sandbox, PROGRAM};
use super::verdict::Moves;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::top": as_it_comes, every_field]
}

/// top, with what moves in its head and in its own row.
fn top(arguments: &str) -> Look {
    let machine = "counters of the machine";
    look(format!("top -b -n 1 -w 512 {arguments}"))
        .moves(Moves::wanders("load average:", "the clock, and the load"))
        .moves(Moves::wanders("%Cpu", machine))
        .moves(Moves::wanders("MiB Mem", machine))
        .moves(Moves::wanders("MiB Swap", machine))
        .moves(Moves::wanders(
            &format!("{PROGRAM} "),
            "top has just been started, and runs",
        ))
}

fn as_it_comes() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?;
    let looks = [
        // Sorted by the share of the CPU, and of threads too: top's own row comes first or last.
        top("").shows("e2e").in_any_order(),
        top("-c -o +PID").shows("--sleep").denied("e2e"),
        top("-H -u 1000").shows("two").in_any_order(),
        top(&format!("-S -1 -p {threads}")).shows(threads.to_string()),
    ];
    compare(&sandbox, &looks)
}

/// Windows that top shows above each other: the fields are dealt out to them, for they do not fit
/// beside each other.
const WINDOWS: [&str; 4] = ["Def", "Job", "Mem", "Usr"];

/// Fields that a window of the configuration file has room for.
const ROOM: usize = 100;

/// top's own configuration file, with every field on in one of the windows.
fn configuration(fields: usize) -> String {
    let window = |(number, name): (usize, &&str)| {
        // The process id goes first in each.
        let here = |field: &usize| *field == 0 || field % WINDOWS.len() == number;
        let on = (0..fields).filter(here);
        let off = (0..ROOM).filter(|field| *field >= fields || !here(field));
        // A field is its number and 37, twice; and one more if it is on.
        let numbers = on
            .map(|field| (field + 37) * 2 + 1)
            .chain(off.map(|field| (field + 37) * 2));
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        format!(
            "{name}\tfieldscur={}\n\twinflags=193844, sortindx=0, maxtasks=0, graph_cpus=0, \
             graph_mems=0, double_up=0, combine_cpus=0, core_types=0\n\
             \tsummclr=1, msgsclr=1, headclr=3, taskclr=1\n",
            numbers.join(" ")
        )
    };
    let windows: String = WINDOWS.iter().enumerate().map(window).collect();
    format!(
        "top's Config File (Linux processes with windows)\n\
         Id:k, Mode_altscr=1, Mode_irixps=1, Delay_time=3.0, Curwin=0\n{windows}\
         Fixed_widest=0, Summ_mscale=1, Task_mscale=0, Zero_suppress=0, Tics_scaled=0\n"
    )
}

fn every_field() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let names = Command::new("top").arg("-O").output().context("top -O")?;
    let names = String::from_utf8(names.stdout)?;
    let names: Vec<&str> = names.split_whitespace().collect();
    ensure!(names.len() > 70, "top -O lists only {}", names.len());
    let home = sandbox.directory.join(".config/procps");
    fs::create_dir_all(&home)?;
    fs::write(home.join("toprc"), configuration(names.len()))?;
    // Not of all: one target has thousands of groups, and top looks up their names.
    let some = [
        "init",
        "threads",
        "zombie",
        "open files",
        "own namespaces",
        "terminal",
    ];
    let some: Vec<String> = some
        .iter()
        .map(|name| Ok(sandbox.pid(name)?.to_string()))
        .collect::<Result<_>>()?;
    let mut all = top(&format!("-p {}", some.join(","))).moves(Moves::drifts(
        "",
        "ELAPSED and the shares of the CPU: time passes",
    ));
    for name in names {
        all = all.shows(name);
    }
    compare(&sandbox, &[all])
}
