// SPDX-License-Identifier: GPL-2.0

//! Builds proc2.ko for a kernel with its kit, and lets the kernel look up what it does not export.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::kernel::Kernel;
use crate::{convert, kit, running, symvers};

/// Builds the module from the source in `source`, which it is left in.
pub(crate) fn build(release: &str, source: &Path) -> Result<()> {
    let kernel = Kernel::of(release)?;
    // A path that is not absolute would be one in the kit.
    let source = source
        .canonicalize()
        .with_context(|| source.display().to_string())?;
    running::takes_modules(&kernel)?;
    let kit = kit::of(&kernel)?;
    let mut make = kernel.make(&kit);
    make.arg(format!("M={}", source.display()));
    make.arg(format!("proc2_srctree={}", kit.display()));
    // What is not exported is an error otherwise. KUnit's tests are for the kernel that is made for them.
    make.args(["KBUILD_MODPOST_WARN=1", "CONFIG_KUNIT=", "modules"]);
    kit::run(&mut make)?;
    let symbols = convert(&source.join("proc2.ko"), &kernel.symvers())?;
    running::has_once(&kernel, &symbols)
}

/// Converts a module for the kernel that a Module.symvers is of. Returns what it looks up by name,
/// sorted.
pub(crate) fn convert(module: &Path, symvers: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(symvers).with_context(|| symvers.display().to_string())?;
    let exported = symvers::of_kernel(&text).with_context(|| symvers.display().to_string())?;
    let before = fs::read(module).with_context(|| module.display().to_string())?;
    let after = convert::convert(&before, |name| exported.contains(name))
        .with_context(|| module.display().to_string())?;
    let new = module.with_extension("new");
    fs::write(&new, &after.module).with_context(|| new.display().to_string())?;
    fs::rename(&new, module).with_context(|| module.display().to_string())?;
    println!(
        "{}: {} symbols by name, {} relocations",
        module.display(),
        after.symbols.len(),
        after.relocations
    );
    Ok(after.symbols)
}
