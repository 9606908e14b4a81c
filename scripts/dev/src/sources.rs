// SPDX-License-Identifier: GPL-2.0

//! The files of the project, as git knows them.

use crate::paths;
use anyhow::{bail, Context, Result};
use std::process::Command;

/// What the module is built of, wherever that is.
pub(crate) const MODULE: [&str; 3] = ["Kbuild", "src/", "rust-bindings/"];

/// What git says in the checkout.
pub(crate) fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        // The checkout may belong to another user, as in a container.
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(paths::checkout()?)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!(
            "git {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).context("what git says is not UTF-8")
}

/// All files: committed ones, and new ones that are not ignored.
pub(crate) fn all() -> Result<Vec<String>> {
    let checkout = paths::checkout()?;
    let names = git(&["ls-files", "-z", "-co", "--exclude-standard"])?;
    let names = names.split('\0').filter(|name| !name.is_empty());
    // A deleted file is still known to git.
    Ok(names
        .filter(|name| checkout.join(name).exists())
        .map(str::to_owned)
        .collect())
}

/// Those whose names end in one of these ways.
pub(crate) fn with_suffix(suffixes: &[&str]) -> Result<Vec<String>> {
    let mut files = all()?;
    files.retain(|name| suffixes.iter().any(|suffix| name.ends_with(suffix)));
    Ok(files)
}
