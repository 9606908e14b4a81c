// SPDX-License-Identifier: GPL-2.0

//! The kernel: a built tree with proc2's exports, made here or given with `KDIR=`.

pub(crate) mod config;
pub(crate) mod source;
pub(crate) mod tree;
pub(crate) mod view;

use crate::{lock, paths, steps, toolchain};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::{env, fs};
use tree::Tree;

/// Lines that a full build prints; a build's own count replaces it. Measured with 7.3.4.
const LINES: u64 = 2230;
/// And one with nothing new but the exports.
const RELINK: u64 = 48;

/// Gives a kernel tree that is ready to build proc2 against and to boot.
pub(crate) fn ensure() -> Result<Tree> {
    let _lock = lock::take()?;
    toolchain::bindgen()?;
    if let Some(kdir) = env::var_os("KDIR").filter(|kdir| !kdir.is_empty()) {
        return Tree::given(Path::new(&kdir));
    }
    let (source, tree, requested) = own()?;
    build(&source, &tree, &requested)?;
    Ok(Tree::own(tree))
}

/// Whether [`ensure`] would give a tree at once, or nearly so.
pub(crate) fn is_there() -> Result<bool> {
    let given = env::var_os("KDIR").is_some_and(|kdir| !kdir.is_empty());
    // Without a source, or a tool that its key names, there is no tree either.
    let built = |(_, tree, _): (_, PathBuf, _)| tree.join("Module.symvers").exists();
    Ok(given || (source::is_there()? && own().is_ok_and(built)))
}

/// The source, the folder that it is built in, and the options that it is built with.
fn own() -> Result<(source::Source, PathBuf, String)> {
    let source = source::ensure()?;
    let requested = config::requested(source.series)?;
    let key = hash(&[&source.identity, &requested, &toolchain::identity()?]);
    let tree = paths::cache()?
        .join("kernel")
        .join(format!("build-{}", &key[..12]));
    Ok((source, tree, requested))
}

/// Brings a build tree up to date. Interrupted anywhere, the next run goes on: kbuild knows what it
/// has, and each of our marks is written only when what it stands for is complete.
fn build(source: &source::Source, tree: &Path, requested: &str) -> Result<()> {
    let exports = exports_file()?;
    let text = fs::read_to_string(&exports)
        .with_context(|| format!("cannot read {}", exports.display()))?;
    let built = tree.join("proc2.built");
    let wanted = hash(&[&text]);
    if !source.given && fs::read_to_string(&built).unwrap_or_default() == wanted {
        return Ok(());
    }
    let _ = fs::remove_file(&built);
    fs::create_dir_all(tree.join("fs/proc"))?;
    config::configure(&source.path, tree, requested)?;
    // kbuild writes that file last.
    let first = !tree.join("Module.symvers").exists();
    // In the build tree, not in the source: kbuild looks there first, and the source stays whole.
    let copy = tree.join("fs/proc/proc2_exports.c");
    if fs::read_to_string(&copy).unwrap_or_default() != text {
        fs::write(&copy, &text)?;
    }
    let counted = tree.with_file_name("lines");
    let total = if first {
        steps::read_number(&counted).unwrap_or(LINES)
    } else {
        RELINK
    };
    let what = if first { "" } else { "with changed exports, " };
    let mut step = steps::begin("kernel build", &format!("{what}in {}", tree.display()))?;
    let mut make = toolchain::make(toolchain::llvm().as_deref())?;
    make.arg("-C")
        .arg(&source.path)
        .arg(format!("O={}", tree.display()));
    let lines = step.run_counting(&mut make, total, &tree.join("proc2.progress"))?;
    step.done();
    if first {
        fs::write(counted, lines.to_string())?;
    }
    fs::write(&built, wanted).context("cannot mark the kernel as built")
}

/// The file of exports.
pub(crate) fn exports_file() -> Result<PathBuf> {
    Ok(paths::checkout()?.join("scripts/kernel/proc2_exports.c"))
}

/// A hash of texts, each with its length, so that none can pass for another.
pub(crate) fn hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    format!("{:x}", hash.finalize())
}
