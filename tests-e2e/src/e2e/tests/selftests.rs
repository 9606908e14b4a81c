// SPDX-License-Identifier: GPL-2.0

//! The kernel's own selftests of procfs, on procfs and on proc2: what passes there passes here.
//!
//! `PROC2_SELFTESTS` names the folder that `make e2e` built them in. Those that use /proc find an
//! instance there; those that mount have the type's name replaced.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::in_child;
use proc2_e2e::patience::limit;
use proc2_e2e::{fstype, mount};
use rustix::mount::{mount as mount_at, MountFlags};

use super::Test;

/// How long one of them may take; see [`limit`].
const SECONDS: u32 = 60;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["selftests": what_passes_on_procfs_passes_here]
}

fn what_passes_on_procfs_passes_here() -> Result<()> {
    let folder = std::env::var("PROC2_SELFTESTS")
        .context("PROC2_SELFTESTS must name the built selftests (make e2e sets it)")?;
    let folder = Path::new(&folder);
    let mut names: Vec<String> = fs::read_dir(folder.join("procfs"))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.retain(|name| !name.ends_with(".c"));
    names.sort();
    ensure!(
        names.len() >= 20,
        "only {} selftests were built",
        names.len()
    );
    let (mut both, mut worse) = (0, Vec::new());
    for name in &names {
        let theirs = run(&folder.join("procfs").join(name), None)?;
        let ours = run(&folder.join("proc2").join(name), Some(fstype()))?;
        if theirs == 0 && ours != 0 {
            worse.push(format!("{name}: {ours}"));
        }
        both += usize::from(theirs == 0 && ours == 0);
    }
    println!("{both} of {} selftests pass on both", names.len());
    if !worse.is_empty() {
        bail!("pass on procfs, but not here: {}", worse.join(", "));
    }
    ensure!(
        both >= 20,
        "only {both} selftests pass on both: the comparison says little"
    );
    Ok(())
}

/// The exit status of a selftest in a mount namespace of its own, where `kind` is mounted on /proc.
fn run(program: &Path, kind: Option<String>) -> Result<i32> {
    in_child(|| {
        mount::own_namespace()?;
        if let Some(kind) = &kind {
            mount_at(
                kind.as_str(),
                "/proc",
                kind.as_str(),
                MountFlags::empty(),
                None,
            )?;
        }
        let status = Command::new("timeout")
            .arg(limit(SECONDS).to_string())
            .arg(program)
            // Seconds for each race of proc-maps-race, 5 without it.
            .env("DURATION", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("cannot run {}", program.display()))?;
        Ok(status.code().unwrap_or(128))
    })
}
