// SPDX-License-Identifier: GPL-2.0

//! The modules, built by kbuild into the cache, so that the checkout stays clean.

use crate::kernel::{hash, tree::Tree};
use crate::{lock, paths, steps, version};
use anyhow::{bail, Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

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
    paths::forget_gone_checkouts()?;
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

/// Builds proc2.ko, without its tests, with all mutants in it.
pub(crate) fn build_mutants(tree: &Tree) -> Result<Modules> {
    let _lock = lock::take()?;
    let folder = folder(tree, "mutants")?;
    let mut step = steps::begin_quietly("mutants", &format!("in {}", folder.display()))?;
    // What only a mutant reaches may look odd.
    let flags = "KRUSTFLAGS=--cfg=mutate -Awarnings";
    step.run(kbuild(tree, &folder)?.args(["CONFIG_KUNIT=n", flags]))?;
    step.done();
    Ok(Modules { folder })
}

/// Lets clippy see the modules as kbuild builds them; a warning is an error.
pub(crate) fn clippy(tree: &Tree) -> Result<()> {
    let _lock = lock::take()?;
    let folder = clippy_folder(tree)?;
    let mut step = steps::begin("module", "with clippy")?;
    let mut make = kbuild(tree, &folder)?;
    make.args(["CLIPPY=1", "KRUSTFLAGS=-Dwarnings"]);
    step.run(make.arg(format!("CLIPPY_CONF_DIR={}", folder.display())))?;
    step.done();
    Ok(())
}

/// Clippy's folder, with its settings: the kernel's own and scripts/clippy.toml. kbuild does not see that they change.
fn clippy_folder(tree: &Tree) -> Result<PathBuf> {
    let kernels = fs::read_to_string(tree.source().join(".clippy.toml")).unwrap_or_default();
    let ours = fs::read_to_string(paths::checkout()?.join("scripts/clippy.toml"))?;
    let (wanted, folder) = (kernels + &ours, folder(tree, "clippy")?);
    let settings = folder.join(".clippy.toml");
    if fs::read_to_string(&settings).ok().as_ref() != Some(&wanted) {
        fs::remove_dir_all(&folder)?;
        fs::create_dir_all(&folder)?;
        fs::write(&settings, wanted)?;
    }
    Ok(folder)
}

/// Installs proc2.ko, without its tests, where `make modules_install` of any module does:
/// `INSTALL_MOD_PATH` counts. Root's rights are asked for where they are needed.
pub(crate) fn install(tree: &Tree) -> Result<()> {
    let _lock = lock::take()?;
    let folder = folder(tree, "install")?;
    let alone = "CONFIG_KUNIT=n"; // for Kbuild alone: the kernel's own setting stays
    let mut step = steps::begin_quietly("module", &format!("in {}", folder.display()))?;
    step.run(kbuild(tree, &folder)?.arg(alone))?;
    step.done();
    let mut make = kbuild(tree, &folder)?;
    make.args([alone, "modules_install"]);
    let below = env::var("INSTALL_MOD_PATH").unwrap_or_default();
    if below.is_empty() && !rustix::process::geteuid().is_root() {
        let mut sudo = Command::new("sudo");
        sudo.arg(make.get_program()).args(make.get_args());
        make = sudo;
    } else {
        make.arg(format!("INSTALL_MOD_PATH={below}"));
    }
    run(&mut make)
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

/// Removes what was built of this checkout's modules.
pub(crate) fn clean() -> Result<()> {
    let _lock = lock::take()?;
    let folder = all()?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let project = paths::checkout()?.join("rust-project.json");
    if project.exists() {
        fs::remove_file(project)?;
    }
    Ok(())
}

/// Where the modules of this checkout are built.
fn all() -> Result<PathBuf> {
    Ok(paths::build()?.join("modules"))
}

/// A folder of its own for each kernel tree and purpose.
fn folder(tree: &Tree, purpose: &str) -> Result<PathBuf> {
    let key = hash(&[&tree.path.to_string_lossy()]);
    let folder = all()?.join(format!("{purpose}-{}", &key[..12]));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn kbuild(tree: &Tree, folder: &Path) -> Result<Command> {
    let checkout = paths::checkout()?;
    if checkout.join("modules.order").exists() {
        let (tree, checkout) = (tree.path.display(), checkout.display());
        bail!(
            "the checkout holds what a kernel make without MO= has built, which would get into \
             this build; remove it with `make -C {tree} M={checkout} clean`"
        );
    }
    let mut make = tree.make()?;
    make.arg(format!("M={}", checkout.display()));
    make.arg(format!("MO={}", folder.display()));
    make.arg(format!("proc2_version={}", version::with_commit()?));
    Ok(make)
}

fn run(make: &mut Command) -> Result<()> {
    let status = make.status()?;
    if !status.success() {
        bail!("{make:?} failed ({status}); its messages are above");
    }
    Ok(())
}
