// SPDX-License-Identifier: GPL-2.0

//! firejail, which gives a program of the host a new `/proc` with parts of it covered.

use anyhow::{ensure, Result};

use super::{tests, Test};
use crate::command::run;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["firejail": procfs]
}

fn procfs() -> Result<()> {
    let script = questions::script();
    let arguments = ["--quiet", "--noprofile", "/bin/sh", "-c", &script];
    let answers = Answers::parse(&run("firejail", &arguments)?.well()?)?;
    answers.programs_work()?;
    let mounts = answers.mounts()?;
    ensure!(mounts.len() > 1, "nothing is covered: {mounts:#?}");
    Ok(())
}
