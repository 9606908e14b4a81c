// SPDX-License-Identifier: GPL-2.0

//! The source that a kernel of Debian's was built from: the package of exactly its version.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};

use crate::kernel::Kernel;

/// Where the package of a version has it.
pub(crate) fn of(kernel: &Kernel, wanted: &str) -> Result<PathBuf> {
    let package = format!("linux-source-{}", kernel.series);
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

/// The version of a kernel's package: a release may have several.
pub(crate) fn version_of(kernel: &Kernel) -> Result<String> {
    version(&format!("linux-headers-{}", kernel.release))
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
