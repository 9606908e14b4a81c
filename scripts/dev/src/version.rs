// SPDX-License-Identifier: GPL-2.0

//! The version of the module: Kbuild has that of the last release, git says what came behind it.

use crate::{paths, sources};
use anyhow::{Context, Result};
use std::fs;

/// Kbuild's line of it begins so.
const LINE: &str = "proc2_version ?= ";

/// The last release, or the one that is being made.
pub(crate) fn released() -> Result<String> {
    let path = paths::checkout()?.join("Kbuild");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let version = text.lines().find_map(|line| line.strip_prefix(LINE));
    version
        .map(str::to_owned)
        .with_context(|| format!("{} has no line {LINE:?}", path.display()))
}

/// The version with the commit, where this is a clone and not the release itself.
pub(crate) fn with_commit() -> Result<String> {
    let arguments = ["describe", "--always", "--dirty", "--match", "v[0-9]*"];
    let described = sources::git(&arguments).unwrap_or_default();
    Ok(join(&released()?, &described))
}

/// `0.1.0+gc0ffee`; with a tag `v0.1.0` what git says is whole: `0.1.0-3-gc0ffee`.
fn join(released: &str, described: &str) -> String {
    match (described.trim(), described.trim().strip_prefix('v')) {
        ("", _) => released.to_owned(),
        (_, Some(tagged)) => tagged.to_owned(),
        (commit, None) => format!("{released}+g{commit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn a_tag_is_a_version() {
        assert_eq!(join("0.1.0", "c0ffee-dirty\n"), "0.1.0+gc0ffee-dirty");
        assert_eq!(join("0.1.0", "v0.1.0-3-gc0ffee\n"), "0.1.0-3-gc0ffee");
        assert_eq!(join("0.1.0", ""), "0.1.0");
    }
}
