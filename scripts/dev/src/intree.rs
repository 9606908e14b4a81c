// SPDX-License-Identifier: GPL-2.0

//! proc2 in a kernel tree: the patches that put it there as `fs/proc2`, for `git am`, written by git
//! from the same files that the module outside of a tree is built of.

mod build;
mod patch;

use crate::kernel::source;
use crate::{lock, paths};
use anyhow::{Context, Result};
pub(crate) use build::test;
use std::fs;

/// Writes the patches into the checkout, and says where.
pub(crate) fn write() -> Result<()> {
    let _lock = lock::take()?;
    let file = paths::checkout()?.join(format!("proc2-{}.patch", source::original()?.series));
    fs::write(&file, patch::series()?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", file.display());
    Ok(())
}
