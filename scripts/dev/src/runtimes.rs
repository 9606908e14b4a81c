// SPDX-License-Identifier: GPL-2.0

//! The tests in front of container runtimes: Debian's own packages of them, unpacked and laid over
//! the root of a VM.

use crate::kernel::{hash, tree::Tree};
use crate::module::Modules;
use crate::{cargo, e2e, lock, paths, steps, tally::Tally, vm};
use anyhow::{bail, Context, Result};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const LIST: &str = include_str!("../../runtimes/packages");

/// Packages of cargo whose programs the tests use in the VM; the tests find them by name.
const PROGRAMS: &[&str] = &["proc2-check", "proc2-runtime", "proc2-e2e"];

/// A hanging test ends after this many seconds.
const LIMIT: u64 = 2400;

/// How many of the runtimes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    /// Those of `make test`.
    Short,
    /// All.
    Full,
}

impl Extent {
    fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Full => "full",
        }
    }

    /// The packages, as the list has them.
    fn packages(self) -> Vec<&'static str> {
        let mut wanted = true;
        let mut packages = Vec::new();
        for line in LIST.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            match line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                Some(section) => wanted = self == Self::Full || section == self.name(),
                None if wanted && !line.is_empty() => packages.push(line),
                None => {}
            }
        }
        packages
    }
}

/// Runs the tests, or those that the arguments name.
pub(crate) fn run(
    tree: &Tree,
    modules: &Modules,
    extent: Extent,
    arguments: &[String],
) -> Result<Tally> {
    let over = unpacked(extent)?;
    let mut programs = PathBuf::new();
    for package in PROGRAMS {
        programs = cargo::build(package)?;
    }
    let command = [
        "env".to_owned(),
        format!("PROC2_RUNTIMES={}", extent.name()),
        format!("PROC2_PROGRAMS={}", programs.display()),
        programs.join("runtimes").display().to_string(),
    ];
    let options = vm::Options {
        modules: vec![modules.proc2()],
        over: Some(over),
        // What is written to the root, and images, are in memory.
        memory: "4G".into(),
        timeout: Some(LIMIT),
        ..vm::Options::default()
    };
    vm::settle(tree.kernel())?;
    Ok(e2e::in_vm(tree.kernel(), options, [&command, arguments].concat())?.tally)
}

/// The folder with the unpacked packages; made if it is not there, or not of the versions that apt
/// has now.
pub(crate) fn unpacked(extent: Extent) -> Result<PathBuf> {
    let _lock = lock::take()?;
    let script = paths::checkout()?.join("scripts/debian-unpack");
    let packages = missing(&script, extent)?;
    let text = fs::read_to_string(&script)?;
    let key = hash(&[&text, &packages.join(" ")]);
    let all = paths::cache()?.join("runtimes");
    let folder = all.join(format!("{}-{}", extent.name(), &key[..12]));
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&all).with_context(|| format!("cannot make {}", all.display()))?;
    let what = format!(
        "{} packages of Debian's, unpacked into the cache",
        packages.len()
    );
    let mut step = steps::begin("container runtimes", &what)?;
    step.run_apt(Command::new(&script).arg(&folder).args(&packages))?;
    step.done();
    forget_others(&all, extent, &folder)?;
    Ok(folder)
}

/// The packages that are to be unpacked, with their versions.
fn missing(script: &Path, extent: Extent) -> Result<Vec<String>> {
    let mut command = Command::new(script);
    command.arg("--missing").args(extent.packages());
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = output.with_context(|| format!("cannot run {}", script.display()))?;
    if !output.status.success() {
        bail!("the packages of scripts/runtimes/packages cannot be had; the reason is above");
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Removes what was unpacked of other versions.
fn forget_others(all: &Path, extent: Extent, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(all)? {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if path != folder && name.starts_with(extent.name()) {
            fs::remove_dir_all(&path)
                .with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Extent;

    #[test]
    fn the_list_has_a_short_part_and_a_full_one() {
        let (short, full) = (Extent::Short.packages(), Extent::Full.packages());
        assert!(
            short.contains(&"runc") && !short.contains(&"docker.io"),
            "{short:?}"
        );
        assert!(
            full.starts_with(&short) && full.contains(&"docker.io"),
            "{full:?}"
        );
        assert!(
            full.iter().all(|name| !name.contains([' ', '[', '#'])),
            "{full:?}"
        );
    }
}
