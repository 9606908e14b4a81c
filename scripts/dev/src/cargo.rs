// SPDX-License-Identifier: GPL-2.0

//! cargo, for what runs on the host and in the VM.

use crate::{arch, cross, paths, steps};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Static, for the VM need not have the host's libraries; scripts/bootstrap has the same flag, so that nothing is built
/// twice.
const STATIC: &str = "-C target-feature=+crt-static";

/// cargo for programs that run on the host.
pub(crate) fn command(subcommand: &str) -> Result<Command> {
    cargo(subcommand, &host_triple()?)
}

/// cargo for programs that run in the VM, which may be of another architecture.
fn command_for_vm(subcommand: &str) -> Result<Command> {
    let Some(arch) = arch::foreign()? else {
        return command(subcommand);
    };
    let mut cargo = cargo(subcommand, &arch.triple())?;
    let ([variable, linker], flags) = cross::settings(arch)?;
    cargo
        .env(variable, linker)
        .env("RUSTFLAGS", format!("{STATIC} {flags}"));
    Ok(cargo)
}

fn cargo(subcommand: &str, triple: &str) -> Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(paths::checkout()?)
        .env("RUSTFLAGS", STATIC);
    cargo.args([subcommand, "--locked", "--target", triple]);
    Ok(cargo)
}

/// Builds the programs of a package for the VM and gives the folder that they are in.
pub(crate) fn build(package: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", package)?;
    step.run(command_for_vm("build")?.args(["-p", package]))?;
    step.done();
    programs_for_vm()
}

/// Builds the programs of a package for the host and gives the folder that they are in.
pub(crate) fn build_for_host(package: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", package)?;
    step.run(command("build")?.args(["-p", package]))?;
    step.done();
    programs()
}

/// Builds an example of a package for the VM and gives its path.
pub(crate) fn example(package: &str, name: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", name)?;
    step.run(command_for_vm("build")?.args(["-p", package, "--example", name]))?;
    step.done();
    Ok(programs_for_vm()?.join("examples").join(name))
}

/// The VM's first program: built by scripts/bootstrap, if it is of the host's architecture.
pub(crate) fn vm_init() -> Result<PathBuf> {
    match arch::foreign()? {
        None => paths::vm_init(),
        Some(_) => Ok(build("proc2-vm-init")?.join("vm-init")),
    }
}

/// Where cargo puts the host's programs: where scripts/bootstrap's are.
fn programs() -> Result<PathBuf> {
    let init = paths::vm_init()?;
    init.parent()
        .map(Into::into)
        .context("the VM's first program has no folder")
}

/// Where cargo puts the VM's.
fn programs_for_vm() -> Result<PathBuf> {
    let host = programs()?;
    let Some(arch) = arch::foreign()? else {
        return Ok(host);
    };
    let all = host
        .ancestors()
        .nth(2)
        .context("cargo's folder is no folder")?;
    Ok(all.join(arch.triple()).join("debug"))
}

/// Where cargo puts the host's programs with `--release`.
pub(crate) fn released() -> Result<PathBuf> {
    Ok(programs()?.with_file_name("release"))
}

/// The host's triple is the name of the folder two levels above the programs.
fn host_triple() -> Result<String> {
    let folder = programs()?;
    let triple = folder.parent().and_then(|parent| parent.file_name());
    Ok(triple
        .context("cargo's folder has no name")?
        .to_string_lossy()
        .into_owned())
}
