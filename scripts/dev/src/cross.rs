// SPDX-License-Identifier: GPL-2.0

//! Programs for another architecture than the host's. Debian's cross compiler links them. Rust's standard library for it is
//! the toolchain's own, or where that is Debian's, the one that Debian has built for that architecture with this very
//! compiler: unpacked into the cache.

mod root;

use crate::arch::Arch;
use crate::{lock, paths, steps, toolchain};
use anyhow::{bail, ensure, Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use root::root;

/// What Debian calls the library: the second is for a release whose own rustc is too old.
const PACKAGES: [&str; 2] = ["libstd-rust-dev", "libstd-rust-web-dev"];
/// What Debian's rustc says of itself.
const DEBIANS: &str = "(built from a source tarball)";

/// The name of the linker as cargo is told it, and the flags that rustc needs.
pub(crate) fn settings(arch: &Arch) -> Result<([String; 2], String)> {
    let variable = arch.triple().replace('-', "_").to_uppercase();
    let linker = [
        format!("CARGO_TARGET_{variable}_LINKER"),
        format!("{}gcc", arch.cross()),
    ];
    let flags = sysroot(arch)?.map(|path| format!("--sysroot={}", path.display()));
    Ok((linker, flags.unwrap_or_default()))
}

/// Where the standard library is, if not where rustc looks by itself.
fn sysroot(arch: &Arch) -> Result<Option<PathBuf>> {
    let library = format!("lib/rustlib/{}/lib", arch.triple());
    let own = toolchain::first_line(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(&own).join(&library).is_dir() {
        return Ok(None);
    }
    let rustc = toolchain::rustc_version()?;
    ensure!(
        rustc.ends_with(DEBIANS),
        "\"{rustc}\" has no standard library for {0}: rustup target add {0}",
        arch.triple()
    );
    let version = rustc.split(' ').nth(1).unwrap_or_default();
    let folder = paths::cache()?
        .join("cross")
        .join(format!("{}-{version}", arch.debian()));
    let sysroot = folder.join("usr");
    if !sysroot.join(&library).is_dir() {
        let _lock = lock::take()?;
        unpack(arch, version, &folder)?;
        ensure!(
            sysroot.join(&library).is_dir(),
            "the package of Rust's standard library has no {library}"
        );
    }
    Ok(Some(sysroot))
}

fn unpack(arch: &Arch, version: &str, folder: &Path) -> Result<()> {
    let mut step = steps::begin(
        "programs",
        &format!("Rust's standard library {version} for {}", arch.name),
    )?;
    let config = apt(arch)?;
    let apt = |program: &str| {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", &config);
        command
    };
    step.run(apt("apt-get").args(["-q", "update", "-o", "APT::Update::Error-Mode=any"]))?;
    let versions = apt("apt-cache").arg("madison").args(PACKAGES).output()?;
    let versions = String::from_utf8_lossy(&versions.stdout).into_owned();
    let Some(package) = of_version(&versions, version) else {
        bail!(
            "apt offers no {} {version} for {}",
            PACKAGES.join(" or "),
            arch.name
        );
    };
    let script = paths::checkout()?.join("scripts/debian-unpack");
    let mut unpack = apt(&script.to_string_lossy());
    step.run(unpack.arg(folder).arg(package))?;
    step.done();
    Ok(())
}

/// An apt configuration with the system's sources, and lists of its own: of that architecture alone.
fn apt(arch: &Arch) -> Result<PathBuf> {
    let here = paths::cache()?.join("cross/apt").join(arch.debian());
    for folder in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(here.join(folder))?;
    }
    let (config, shown, name) = (here.join("apt.conf"), here.display(), arch.debian());
    let text = format!(
        "Dir::State::lists \"{shown}/lists\";\nDir::Cache \"{shown}/cache\";\n\
         APT::Architecture \"{name}\";\nAPT::Architectures {{ \"{name}\"; }};\n\
         Acquire::Languages \"none\";\nAPT::Sandbox::User \"\";\n"
    );
    fs::write(&config, text).with_context(|| format!("cannot write {}", config.display()))?;
    Ok(config)
}

/// NAME=VERSION of the first package in the output of `apt-cache madison` that is of a version of rustc.
fn of_version(madison: &str, rustc: &str) -> Option<String> {
    madison.lines().find_map(|line| {
        let mut columns = line.split('|').map(str::trim);
        let (name, version) = (columns.next()?, columns.next()?);
        let rest = version.strip_prefix(rustc)?;
        rest.starts_with(['+', '-'])
            .then(|| format!("{name}={version}"))
    })
}

#[cfg(test)]
mod tests {
    use super::of_version;

    #[test]
    fn the_library_is_of_the_compilers_version() {
        let madison = " libstd-rust-web-dev | 1.96.0+dfsg1-1~deb12u2 | http://x arm64 Packages\n \
                       libstd-rust-web-dev | 1.85.0+dfsg3-1~deb12u3 | http://x arm64 Packages\n";
        assert_eq!(
            of_version(madison, "1.85.0").as_deref(),
            Some("libstd-rust-web-dev=1.85.0+dfsg3-1~deb12u3")
        );
        assert_eq!(of_version(madison, "1.9"), None);
    }
}
