// SPDX-License-Identifier: GPL-2.0

//! What proc2 is for, shown on real processes: `make run` runs this in the VM, as root.
//!
//! Each claim is checked by the program and printed as a line `ok:`; it exits with 0 only if all
//! held.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

mod claims;
mod processes;
mod sections;
mod view;

use claims::Claims;

fn main() -> ExitCode {
    let mut claims = Claims::default();
    if let Err(error) = play(&mut claims) {
        claims.failed(&format!("the demonstration goes on: {error:#}"));
    }
    claims.end()
}

fn play(claims: &mut Claims) -> Result<()> {
    proc2_e2e::mount::own_namespace()?;
    sections::container(claims)?;
    sections::limits(claims)?;
    let stage =
        sections::Stage::set(claims).context("starting processes and mounting instances")?;
    sections::side_by_side(claims, &stage)?;
    sections::remount(claims, &stage)?;
    sections::private_proc(claims, &stage)?;
    sections::inner_namespace(claims, &stage)
}
