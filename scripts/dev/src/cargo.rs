// SPDX-License-Identifier: GPL-2.0

//! cargo, for what runs on the host and in the VM.

use crate::{paths, steps};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// cargo with the flags that `scripts/bootstrap` used too, so that nothing is built twice: static,
/// for the VM need not have the host's libraries.
pub(crate) fn command(subcommand: &str) -> Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(paths::checkout()?)
        .env("RUSTFLAGS", "-C target-feature=+crt-static");
    cargo.args([subcommand, "--locked", "--target", &triple()?]);
    Ok(cargo)
}

/// Builds the programs of a package and gives the folder that they are in.
pub(crate) fn build(package: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", package)?;
    step.run(command("build")?.args(["-p", package]))?;
    step.done();
    programs()
}

/// Builds an example of a package and gives its path.
pub(crate) fn example(package: &str, name: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", name)?;
    step.run(command("build")?.args(["-p", package, "--example", name]))?;
    step.done();
    Ok(programs()?.join("examples").join(name))
}

/// Where cargo puts programs: where the VM's first one is.
fn programs() -> Result<PathBuf> {
    let init = paths::vm_init()?;
    init.parent()
        .map(Into::into)
        .context("the VM's first program has no folder")
}

/// Where cargo puts programs with `--release`.
pub(crate) fn released() -> Result<PathBuf> {
    Ok(programs()?.with_file_name("release"))
}

/// The host's triple is the name of the folder two levels above the programs.
fn triple() -> Result<String> {
    let folder = programs()?;
    let triple = folder.parent().and_then(|parent| parent.file_name());
    Ok(triple
        .context("cargo's folder has no name")?
        .to_string_lossy()
        .into_owned())
}
