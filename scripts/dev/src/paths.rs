// SPDX-License-Identifier: GPL-2.0

//! Where things are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The checkout that this program was started for; `scripts/bootstrap` says which.
pub(crate) fn checkout() -> Result<PathBuf> {
    from_bootstrap("PROC2_CHECKOUT")
}

/// The project's cache; may not exist yet.
pub(crate) fn cache() -> Result<PathBuf> {
    from_bootstrap("PROC2_CACHE")
}

/// What is built of the checkout, below the cache.
pub(crate) fn build() -> Result<PathBuf> {
    from_bootstrap("PROC2_BUILD")
}

/// The VM's first program, built beside this one.
pub(crate) fn vm_init() -> Result<PathBuf> {
    from_bootstrap("PROC2_VM_INIT")
}

/// Removes what was built of checkouts that are gone.
pub(crate) fn forget_gone_checkouts() -> Result<()> {
    let build = build()?;
    forget_gone_in(build.parent().context("PROC2_BUILD has no folder")?)
}

fn forget_gone_in(all: &Path) -> Result<()> {
    for build in fs::read_dir(all).with_context(|| format!("cannot read {}", all.display()))? {
        let build = build?.path();
        // `scripts/bootstrap` has written there where the checkout is.
        let checkout = fs::read_to_string(build.join("path")).unwrap_or_default();
        if !Path::new(&checkout).join("scripts/bootstrap").exists() {
            fs::remove_dir_all(&build)
                .with_context(|| format!("cannot remove {}", build.display()))?;
        }
    }
    Ok(())
}

fn from_bootstrap(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name);
    value
        .map(PathBuf::from)
        .with_context(|| format!("{name} is not set: start this through make or scripts/vm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_goes_with_its_checkout() {
        let cache = tempfile::tempdir().unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let there = cache.path().join("gone");
        for (name, checkout) in [("a", &here), ("b", &there)] {
            let build = cache.path().join("checkouts").join(name);
            fs::create_dir_all(build.join("target")).unwrap();
            fs::write(build.join("path"), checkout.to_str().unwrap()).unwrap();
        }
        let all = cache.path().join("checkouts");
        forget_gone_in(&all).unwrap();
        assert!(all.join("a/target").exists() && !all.join("b").exists());
    }
}
