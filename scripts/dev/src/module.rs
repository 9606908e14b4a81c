// SPDX-License-Identifier: GPL-2.0

//! The modules, built by kbuild into the cache, so that the checkout stays clean.

use crate::kernel::{hash, tree::Tree};
use crate::{lock, paths, steps};
use anyhow::{bail, Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Built modules.
pub(crate) struct Modules {
    /// Where they are.
    pub(crate) folder: PathBuf,
}

impl Modules {
    /// The file system.
    pub(crate) fn proc2(&self) -> PathBuf {
        self.folder.join("proc2.ko")
    }

    /// Its KUnit tests.
    pub(crate) fn kunit(&self) -> PathBuf {
        self.folder.join("proc2_kunit.ko")
    }

    /// Both.
    pub(crate) fn all(&self) -> Vec<PathBuf> {
        vec![self.proc2(), self.kunit()]
    }
}

/// Builds the modules against a kernel tree.
pub(crate) fn build(tree: &Tree) -> Result<Modules> {
    let _lock = lock::take()?;
    let folder = folder(tree, "module")?;
    let mut step = steps::begin_quietly("module", &format!("in {}", folder.display()))?;
    step.run(&mut kbuild(tree, &folder)?)?;
    let modules = Modules { folder };
    if !modules.proc2().exists() {
        bail!(
            "kbuild succeeded, but made no {}",
            modules.proc2().display()
        );
    }
    step.done();
    Ok(modules)
}

/// Lets clippy see the modules as kbuild builds them; a warning is an error.
pub(crate) fn clippy(tree: &Tree) -> Result<()> {
    let _lock = lock::take()?;
    let folder = folder(tree, "clippy")?;
    let mut step = steps::begin("module", "with clippy")?;
    step.run(kbuild(tree, &folder)?.args(["CLIPPY=1", "KRUSTFLAGS=-Dwarnings"]))?;
    step.done();
    Ok(())
}

/// Installs proc2.ko below `INSTALL_MOD_PATH`, as `make modules_install` of any module does.
pub(crate) fn install(tree: &Tree, modules: &Modules) -> Result<()> {
    run(kbuild(tree, &modules.folder)?.arg("modules_install"))
}

/// Writes `rust-project.json` for rust-analyzer into the checkout.
pub(crate) fn rust_analyzer(tree: &Tree) -> Result<()> {
    let modules = build(tree)?;
    run(kbuild(tree, &modules.folder)?.arg("rust-analyzer"))?;
    let made = modules.folder.join("rust-project.json");
    let wanted = paths::checkout()?.join("rust-project.json");
    fs::copy(&made, &wanted).with_context(|| format!("kbuild left no {}", made.display()))?;
    println!("{}", wanted.display());
    Ok(())
}

/// Removes what was built of the modules.
pub(crate) fn clean() -> Result<()> {
    let _lock = lock::take()?;
    let folder = paths::cache()?.join("module");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let project = paths::checkout()?.join("rust-project.json");
    if project.exists() {
        fs::remove_file(project)?;
    }
    Ok(())
}

/// A folder of its own for each kernel tree, checkout and purpose.
fn folder(tree: &Tree, purpose: &str) -> Result<PathBuf> {
    let checkout = paths::checkout()?;
    let key = hash(&[&tree.path.to_string_lossy(), &checkout.to_string_lossy()]);
    let folder = paths::cache()?
        .join("module")
        .join(format!("{purpose}-{}", &key[..12]));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn kbuild(tree: &Tree, folder: &std::path::Path) -> Result<Command> {
    let mut make = tree.make()?;
    make.arg(format!("M={}", paths::checkout()?.display()));
    make.arg(format!("MO={}", folder.display()));
    Ok(make)
}

fn run(make: &mut Command) -> Result<()> {
    let status = make.status()?;
    if !status.success() {
        bail!("{make:?} failed ({status}); its messages are above");
    }
    Ok(())
}
