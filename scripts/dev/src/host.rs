// SPDX-License-Identifier: GPL-2.0

//! The host's tests: the pure core's, and those of these tools. That the fuzz targets, which are run by hand, fit the core is one.

use crate::{cargo, fuzz, tally::Tally};
use anyhow::{Context, Result};
use std::process::Stdio;

/// Runs them all.
pub(crate) fn run() -> Result<Tally> {
    let mut cargo = cargo::command("test")?;
    // What fails in one program must not hide the others' results.
    cargo
        .args(["--workspace", "--no-fail-fast"])
        .stdout(Stdio::piped());
    let output = cargo
        .spawn()
        .context("cannot run cargo")?
        .wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let mut tally = Tally::of_harness(&text);
    if !output.status.success() && tally.failures().is_empty() {
        eprintln!("proc2: cargo test failed ({}), see above", output.status);
        tally += Tally::of("cargo test", false);
    }
    tally += Tally::of("the fuzz targets compile", fuzz::fits()?);
    Ok(tally)
}
