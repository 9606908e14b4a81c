// SPDX-License-Identifier: GPL-2.0

//! The compilers that kbuild is to use. rustc stands on PATH already: `scripts/bootstrap` chose it.

use crate::kernel::config;
use crate::packages::{self, LLVM};
use crate::{
    arch::{self, Arch},
    paths, steps,
};
use anyhow::{bail, Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// What is built where Debian's is older.
const BINDGEN: &str = "0.72.1";

/// Makes sure of a bindgen: the system's, or where Debian's is too old, one built by cargo.
pub(crate) fn bindgen() -> Result<()> {
    if bindgen_path()?.is_some() {
        return Ok(());
    }
    let mut step = steps::begin("bindgen", &format!("{BINDGEN}, built by cargo"))?;
    let mut cargo = Command::new("cargo");
    cargo.args([
        "install",
        "bindgen-cli",
        "--version",
        BINDGEN,
        "--locked",
        "--force",
    ]);
    step.run(cargo.arg("--root").arg(root()?))?;
    step.done();
    if bindgen_path()?.is_none() {
        let least = packages::bindgen();
        bail!("bindgen was installed, but is not of a version {least}");
    }
    Ok(())
}

/// The value of `LLVM=` for a kernel of ours; none is for gcc.
pub(crate) fn llvm() -> Option<String> {
    (!config::gcc()).then(|| format!("-{}", *LLVM))
}

/// `make` in a kernel tree, with the compilers chosen; `llvm` is what its `LLVM=` is to be.
pub(crate) fn make(llvm: Option<&str>) -> Result<Command> {
    let mut make = Command::new("make");
    // Flags of the make that called us are not for the kernel.
    for name in [
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "MAKEOVERRIDES",
        "CARGO_TARGET_DIR",
        "ARCH",
    ] {
        make.env_remove(name);
    }
    make.env("LIBCLANG_PATH", format!("/usr/lib/llvm-{}/lib", *LLVM));
    make.args(llvm.map(|llvm| format!("LLVM={llvm}")));
    if let Some(arch) = arch::foreign()? {
        make.arg(format!("ARCH={}", arch.name));
        make.arg(format!("CROSS_COMPILE={}", arch.cross()));
    }
    if let Some(path) = bindgen_path()? {
        make.arg(format!("BINDGEN={}", path.display()));
    }
    make.arg(format!("-j{}", std::thread::available_parallelism()?));
    Ok(make)
}

/// Everything about the toolchain that a kernel tree depends on.
pub(crate) fn identity() -> Result<String> {
    let compiler = match llvm() {
        Some(suffix) => format!("clang{suffix}"),
        None => format!(
            "{}gcc",
            arch::foreign()?.map(Arch::cross).unwrap_or_default()
        ),
    };
    let compiler = first_line(Command::new(compiler).arg("--version"))?;
    let bindgen = bindgen_path()?.context("no bindgen")?;
    let bindgen = first_line(Command::new(bindgen).arg("--version"))?;
    Ok([rustc_version()?, compiler, bindgen].join("\n"))
}

/// rustc's version as the kernel's configuration quotes it.
pub(crate) fn rustc_version() -> Result<String> {
    first_line(Command::new("rustc").arg("--version"))
}

fn root() -> Result<PathBuf> {
    Ok(paths::cache()?.join("bindgen"))
}

/// The first bindgen that is new enough.
fn bindgen_path() -> Result<Option<PathBuf>> {
    let built = root()?.join("bin/bindgen");
    let candidates = [
        PathBuf::from("bindgen"),
        PathBuf::from("/usr/bin/bindgen"),
        built,
    ];
    let least = parse_version(packages::bindgen());
    Ok(candidates.into_iter().find(|path| {
        let version = first_line(Command::new(path).arg("--version")).unwrap_or_default();
        parse_version(&version).is_some_and(|version| Some(version) >= least)
    }))
}

/// The first three numbers of a text like "bindgen 0.72.1-2".
fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let text = text.trim_start_matches(|char: char| !char.is_ascii_digit());
    let mut numbers = text
        .split(|char: char| !char.is_ascii_digit())
        .map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some((next()?, next()?, next()?))
}

/// The first line of what a program prints.
pub(crate) fn first_line(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .next()
        .map(str::to_owned)
        .with_context(|| format!("{name} printed no version"))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_found_in_what_programs_and_packages_say() {
        assert_eq!(parse_version("bindgen 0.72.1"), Some((0, 72, 1)));
        assert_eq!(parse_version("0.71.1-4+b2"), Some((0, 71, 1)));
        assert_eq!(parse_version("bindgen"), None);
    }
}
