// SPDX-License-Identifier: GPL-2.0

//! Where things are.

use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;

/// The checkout that this program was started for; `scripts/bootstrap` says which.
pub(crate) fn checkout() -> Result<PathBuf> {
    from_bootstrap("PROC2_CHECKOUT")
}

/// The project's cache; may not exist yet.
pub(crate) fn cache() -> Result<PathBuf> {
    from_bootstrap("PROC2_CACHE")
}

/// The VM's first program, built beside this one.
pub(crate) fn vm_init() -> Result<PathBuf> {
    from_bootstrap("PROC2_VM_INIT")
}

fn from_bootstrap(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name);
    value
        .map(PathBuf::from)
        .with_context(|| format!("{name} is not set: start this through make or scripts/vm"))
}
