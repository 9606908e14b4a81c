// SPDX-License-Identifier: GPL-2.0

//! Counts what reading costs, proc2 beside procfs, in a VM whose nanosecond is one executed instruction.
//!
//! `bench` measures everything and prints a report; `bench quick` leaves out the large numbers of tasks; `bench repeat NAME SIDE`
//! does one thing over and over, `bench each FILE` the things in a file a few times, for profiles. `bench lxcfs` measures the files of a
//! view beside lxcfs's, `bench readers SECONDS` how much readers on several processors get done, by time.

mod measure;

use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

use anyhow::{bail, Result};
use measure::{fixture::Fixture, processes::Sleepers, Sizes};
use proc2_bench::{Report, MARK, SCHEMA};

/// The name that it goes by: what its tasks' command lines cost does not depend on where it was built.
const NAME: &str = "/usr/bin/bench";

fn main() -> Result<()> {
    if std::env::args().next().as_deref() != Some(NAME) {
        let mut again = Command::new(std::env::current_exe()?);
        return Err(again
            .arg0(NAME)
            .args(std::env::args_os().skip(1))
            .exec()
            .into());
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = match words[..] {
        [] => Sizes::FULL,
        ["quick"] => Sizes::QUICK,
        ["repeat", name, side] => return measure::repeat::forever(name, side),
        ["each", file] => return measure::repeat::each(file),
        ["readers", seconds] => {
            return measure::readers::measure(Duration::from_secs(seconds.parse()?));
        }
        ["lxcfs"] => {
            let rows = serde_json::to_string(&measure::lxcfs::measure()?)?;
            println!("{}{rows}", proc2_bench::lxcfs::MARK);
            return Ok(());
        }
        _ => bail!(
            "usage: bench [quick | repeat NAME proc2|procfs | each FILE | lxcfs | readers SECONDS]"
        ),
    };
    let report = Report {
        schema: SCHEMA,
        kernel: rustix::system::uname().release().to_string_lossy().into(),
        rows: measure::all(&mut Fixture::new()?, &mut Sleepers::default(), sizes)?,
    };
    println!("{MARK}{}", serde_json::to_string(&report)?);
    Ok(())
}
