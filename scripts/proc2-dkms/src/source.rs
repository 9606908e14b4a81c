// SPDX-License-Identifier: GPL-2.0

//! The source that a kernel of Debian's was built from: the package of exactly its version.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};

use crate::kernel::Kernel;

/// Where the package has it, if it is the kernel's.
pub(crate) fn of(kernel: &Kernel) -> Result<PathBuf> {
    let series: Vec<&str> = kernel.release.split(['.', '-', '+']).take(2).collect();
    let package = format!("linux-source-{}", series.join("."));
    let wanted = version(&format!("linux-headers-{}", kernel.release))?;
    let here = version(&package)?;
    ensure!(
        here == wanted,
        "{package} is {here}, but Linux {} is {wanted}: Rust's metadata fits one version only; \
         install {package}={wanted}",
        kernel.release
    );
    let archive = PathBuf::from(format!("/usr/src/{package}.tar.xz"));
    ensure!(archive.exists(), "{} is not there", archive.display());
    Ok(archive)
}

/// The version of an installed package.
fn version(package: &str) -> Result<String> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Version}", package])
        .output()
        .context("cannot run dpkg-query: this is for kernels of Debian's")?;
    ensure!(output.status.success(), "{package} is not installed");
    Ok(String::from_utf8(output.stdout)?)
}
