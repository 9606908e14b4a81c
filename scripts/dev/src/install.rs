// SPDX-License-Identifier: GPL-2.0

//! What is installed beside the module: `make install` brings `proc2-check` and the fragments that a
//! distribution's systemd reads, `make install-runtime` brings `proc2-runtime`.

use crate::{cargo, paths, steps, sudo};
use anyhow::{bail, Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of scripts/host, and where they go.
pub(crate) const FRAGMENTS: [(&str, &str); 2] = [
    ("tmpfiles.conf", "usr/lib/tmpfiles.d/proc2.conf"),
    (
        "run-proc2-procfs.mount",
        "usr/lib/systemd/system/run-proc2-procfs.mount",
    ),
];

/// The names that `proc2-runtime` is called by: what it stands in front of is in them.
const NAMES: [&str; 2] = ["proc2-crun", "proc2-runc"];

/// `proc2-check` and the fragments, below `INSTALL_MOD_PATH` as the module is.
pub(crate) fn beside_the_module() -> Result<()> {
    let root = variable("INSTALL_MOD_PATH").unwrap_or_default();
    let to = Place::below(&root);
    for (name, target) in FRAGMENTS {
        let fragment = paths::checkout()?.join("scripts/host").join(name);
        to.put(&fragment, target, "644")?;
    }
    let program = built("proc2-check")?;
    to.put(&program, &format!("{}/proc2-check", bin()), "755")
}

/// `proc2-runtime`, below `PREFIX` (`/usr/local`), which is below `DESTDIR`.
pub(crate) fn runtime() -> Result<()> {
    let program = built("proc2-runtime")?;
    let to = Place::below(&variable("DESTDIR").unwrap_or_default());
    to.put(&program, &format!("{}/proc2-runtime", bin()), "755")?;
    NAMES
        .iter()
        .try_for_each(|name| to.link("proc2-runtime", &format!("{}/{name}", bin())))
}

/// Where programs go, without a slash in front.
fn bin() -> String {
    let prefix = variable("PREFIX").unwrap_or_else(|| "/usr/local".into());
    format!("{}/bin", prefix.trim_matches('/'))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Builds a program as it is installed.
pub(crate) fn built(package: &str) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", package)?;
    step.run(cargo::command("build")?.args(["--release", "-p", package]))?;
    step.done();
    Ok(cargo::released()?.join(package))
}

/// The root that is installed below, and whether that takes root's rights.
struct Place {
    root: PathBuf,
    sudo: bool,
}

impl Place {
    fn below(root: &str) -> Self {
        Self {
            root: Path::new(if root.is_empty() { "/" } else { root }).to_owned(),
            sudo: root.is_empty(),
        }
    }

    fn put(&self, file: &Path, target: &str, mode: &str) -> Result<()> {
        let target = self.root.join(target);
        self.run("install", &["-D", "-m", mode], &[file, &target])
    }

    fn link(&self, to: &str, name: &str) -> Result<()> {
        let name = self.root.join(name);
        self.run("ln", &["-sfn"], &[Path::new(to), &name])
    }

    /// Runs a program on paths, the last of which is said.
    fn run(&self, program: &str, options: &[&str], paths: &[&Path]) -> Result<()> {
        let mut command = if self.sudo {
            sudo::command(program)
        } else {
            Command::new(program)
        };
        command.args(options).args(paths);
        let status = command.status();
        let status = status.with_context(|| format!("cannot run {command:?}"))?;
        if !status.success() {
            bail!("{command:?} failed ({status})");
        }
        if let Some(made) = paths.last() {
            println!("{}", made.display());
        }
        Ok(())
    }
}
