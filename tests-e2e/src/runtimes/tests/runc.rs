// SPDX-License-Identifier: GPL-2.0

//! runc, which containerd and Docker start.

use anyhow::{ensure, Result};

use super::{tests, Test};
use crate::bundle::Bundle;
use crate::questions::Answers;

pub(super) fn tests() -> Vec<Test> {
    tests!["runc": procfs, refuses_the_type]
}

/// As `runc spec` has it: this is what the others are measured by.
fn procfs() -> Result<()> {
    let text = Bundle::new("runc")?.run("runc")?.well()?;
    Answers::parse(&text)?.are_of_masked_procfs()
}

/// runc takes nothing else than procfs for a mount on `/proc`: what stands in front of it has to
/// take another way.
fn refuses_the_type() -> Result<()> {
    let mut bundle = Bundle::new("runc")?;
    bundle.use_proc2()?;
    let done = bundle.run("runc")?;
    // The latter where it looks what the source is, up to version 1.1.
    let reasons = ["not of type proc", "statfs proc2"];
    let refused = reasons.iter().any(|reason| done.errors.contains(reason));
    ensure!(done.status != 0 && refused, "{done}");
    Ok(())
}
