// SPDX-License-Identifier: GPL-2.0

//! firejail, which gives a program of the host a new `/proc` with parts of it covered.

use anyhow::{ensure, Result};

use super::{host::on_proc, tests, Test};
use crate::command::run;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["firejail": procfs, proc2_outside]
}

fn procfs() -> Result<()> {
    ask()
}

/// With an instance on the machine's `/proc`, it is the same: firejail mounts a procfs itself.
fn proc2_outside() -> Result<()> {
    on_proc(Some(c"hidepid=invisible"))?;
    ask()
}

fn ask() -> Result<()> {
    let script = questions::script();
    let arguments = ["--quiet", "--noprofile", "/bin/sh", "-c", &script];
    let answers = Answers::parse(&run("firejail", &arguments)?.well()?)?;
    answers.programs_work()?;
    let mounts = answers.mounts()?;
    let below = mounts.iter().filter(|line| line.contains(" /proc/"));
    ensure!(below.count() > 1, "nothing is covered: {mounts:#?}");
    Ok(())
}
