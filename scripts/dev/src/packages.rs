// SPDX-License-Identifier: GPL-2.0

//! The Debian packages that everything here needs.

use crate::kernel::config;
use crate::{paths, steps};
use anyhow::{Context, Result};
use std::process::Command;

/// LLVM's version: Debian 12 and 13 both have this one, and the kernel takes it.
pub(crate) const LLVM: u32 = 19;

/// Packages, with what they are for. What the bootstrap itself needs stands there.
const PACKAGES: [&str; 25] = [
    // the kernel
    "bc",
    "bison",
    "clang-19",
    "cpio",
    "flex",
    "kmod",
    "libclang-19-dev",
    "libelf-dev",
    "libssl-dev",
    "lld-19",
    "llvm-19",
    "patch",
    "xz-utils",
    // its source
    "debian-archive-keyring",
    // the virtual machine
    "qemu-system-x86",
    // what the demonstration and the tests run in it
    "procps",
    "psmisc",
    // what the tests compare on procfs and on proc2
    "gdb",
    "lsof",
    "strace",
    "util-linux",
    "util-linux-extra",
    // kunit.py, checkpatch
    "python3",
    "perl",
    // the man page
    "groff-base",
];

/// Installs what is missing.
pub(crate) fn install() -> Result<()> {
    let list = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .output()?;
    let list = String::from_utf8_lossy(&list.stdout);
    let installed = |name: &str| list.lines().any(|line| line == format!("{name} installed"));
    let mut wanted: Vec<String> = PACKAGES.map(str::to_owned).into();
    if config::gcc() {
        wanted.extend(["g++".to_owned(), gcc_plugins()?]);
    }
    let missing: Vec<String> = wanted.into_iter().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut step = steps::begin("packages", &missing.join(" "))?;
    step.run(Command::new(paths::checkout()?.join("scripts/debian-install")).args(missing))?;
    step.done();
    Ok(())
}

/// The package with what a plugin of the system's gcc is built from.
fn gcc_plugins() -> Result<String> {
    let output = Command::new("gcc").arg("-dumpversion").output();
    let version = output.context("cannot run gcc")?.stdout;
    Ok(format!(
        "gcc-{}-plugin-dev",
        String::from_utf8_lossy(&version).trim()
    ))
}
