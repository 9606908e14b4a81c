// SPDX-License-Identifier: GPL-2.0

//! Roots of Debian's, made by mmdebstrap and kept in the cache.

use crate::kernel::source;
use crate::{paths, steps, sudo};
use anyhow::{ensure, Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes a root, the last component of `path`, of the packages that the arguments name, from suites of which the first is
/// its release.
pub(crate) fn make(path: &Path, what: &str, suites: &[&str], arguments: &[String]) -> Result<()> {
    install_tools()?;
    let folder = path.parent().context("a root has no folder")?;
    let new = folder.join("new");
    fs::create_dir_all(folder)?;
    remove(&new)?;
    let mirror = source::mirror()?;
    let what = format!("{what}, in {}", path.display());
    let mut step = steps::begin("root of Debian's", &what)?;
    let mut bootstrap = sudo::command("mmdebstrap");
    bootstrap.args(["--mode=root", "--components=main"]);
    // What is named is what is there.
    bootstrap.arg("--aptopt=APT::Install-Recommends \"false\"");
    bootstrap.args(arguments);
    bootstrap.arg(suites[0]).arg(&new);
    let line = |suite: &&str| format!("deb {mirror} {suite} main");
    bootstrap.args(suites.iter().map(line));
    bootstrap.env("TMPDIR", folder);
    step.run(&mut bootstrap)?;
    let renamed = sudo::command("mv").arg("-T").arg(&new).arg(path).status();
    ensure!(
        renamed.context("cannot run mv")?.success(),
        "cannot make {}",
        path.display()
    );
    step.done();
    Ok(())
}

fn install_tools() -> Result<()> {
    let mut tools = Command::new(paths::checkout()?.join("scripts/debian-install"));
    let status = tools.args(["mmdebstrap", "xz-utils"]).status();
    ensure!(
        status
            .context("cannot run scripts/debian-install")?
            .success(),
        "a root of Debian's cannot be made without mmdebstrap"
    );
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let status = sudo::command("rm")
        .arg("-rf")
        .arg("--")
        .arg(folder)
        .status();
    ensure!(
        status.context("cannot run rm")?.success(),
        "cannot remove {}",
        folder.display()
    );
    Ok(())
}
