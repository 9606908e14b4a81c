// SPDX-License-Identifier: GPL-2.0

//! Counts what reading costs, proc2 beside procfs, in a VM whose nanosecond is one executed instruction.
//!
//! `bench` measures everything and prints a report; `bench quick` leaves out the large numbers of tasks; `bench repeat NAME SIDE`
//! does one thing over and over, `bench each FILE` the things in a file a few times, `bench beside FILE` the same by two readers on two
//! processors, for profiles. `bench lxcfs` measures the files of a view beside lxcfs's, `bench readers SECONDS` how much readers on
//! several processors get done, by time.

mod measure;

use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

use anyhow::{bail, Context as _, Result};
use measure::{fixture::Fixture, processes::Sleepers, Sizes};
use proc2_bench::{Report, MARK, SCHEMA};

/// The command line that it and its tasks have: what one costs depends neither on where this was built nor on what it was asked for.
const NAME: &str = "/usr/bin/bench";

/// Where it then finds what it was asked for.
const WORDS: &str = "PROC2_BENCH_WORDS";

/// What it was asked for, once it goes by its name.
fn arguments() -> Result<Vec<String>> {
    let given: Vec<String> = std::env::args().collect();
    match (given.as_slice(), std::env::var(WORDS)) {
        ([name], Ok(words)) if name == NAME => Ok(words.lines().map(str::to_owned).collect()),
        (given, _) => {
            let words = given.get(1..).unwrap_or_default().join("\n");
            let mut again = Command::new(std::env::current_exe()?);
            Err(again.arg0(NAME).env(WORDS, words).exec().into())
        }
    }
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = match words[..] {
        [] => Sizes::FULL,
        ["quick"] => Sizes::QUICK,
        ["repeat", name, side] => return measure::repeat::forever(name, side),
        ["each", file] => return measure::repeat::each(file),
        ["beside", file] => return measure::beside::each(file),
        ["readers", seconds] => {
            return measure::readers::measure(Duration::from_secs(seconds.parse()?));
        }
        ["lxcfs"] => {
            let rows = serde_json::to_string(&measure::lxcfs::measure()?)?;
            println!("{}{rows}", proc2_bench::lxcfs::MARK);
            return Ok(());
        }
        _ => bail!(
            "usage: bench [quick | repeat NAME proc2|procfs | each FILE | beside FILE | lxcfs | readers SECONDS]"
        ),
    };
    let report = Report {
        schema: SCHEMA,
        kernel: rustix::system::uname().release().to_string_lossy().into(),
        made_with: compiler()?,
        rows: measure::all(&mut Fixture::new()?, &mut Sleepers::default(), sizes)?,
    };
    println!("{MARK}{}", serde_json::to_string(&report)?);
    Ok(())
}

/// The compiler that the kernel says it was compiled with, and its version.
fn compiler() -> Result<String> {
    let version = std::fs::read_to_string("/proc/version").context("/proc/version")?;
    let compiler = version
        .split('(')
        .nth(2)
        .with_context(|| format!("no compiler in {version}"))?;
    Ok(compiler.trim().into())
}
