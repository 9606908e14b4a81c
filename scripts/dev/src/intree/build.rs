// SPDX-License-Identifier: GPL-2.0

//! Whether a kernel with the patches builds and runs, as a module and built in: on a copy of the
//! tree that is there, so that only what is new is compiled.

use super::patch::{self, FOLDER};
use crate::kernel::{source, tree::Tree, view};
use crate::{e2e, paths, steps, tally::Tally, toolchain, vm};
use anyhow::{bail, ensure, Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds, boots and asks both.
pub(crate) fn test(tree: &Tree) -> Result<Tally> {
    if !tree.is_own() {
        println!(
            "proc2: left out: the patches are tried on the kernel that is built here, not on KDIR="
        );
        return Ok(Tally::default());
    }
    let copy = Copy::new(tree)?;
    let mut tally = Tally::default();
    for value in ["m", "y"] {
        copy.build(value)
            .with_context(|| format!("CONFIG_PROC2={value}"))?;
        let module = copy.tree.join(FOLDER).join("proc2.ko");
        ensure!(
            (value == "m") == module.exists(),
            "CONFIG_PROC2={value}, and {} is {}there",
            module.display(),
            if value == "m" { "not " } else { "" }
        );
        println!("proc2: CONFIG_PROC2={value} is built");
        tally += Tally::of("building", true);
        tally += copy.ask(if value == "m" {
            vec![module]
        } else {
            Vec::new()
        })?;
    }
    copy.remove()?;
    Ok(tally)
}

/// A copy of a built tree, and a view of its source with the patches.
struct Copy {
    folder: PathBuf,
    source: PathBuf,
    tree: PathBuf,
}

impl Copy {
    fn new(built: &Tree) -> Result<Self> {
        let folder = paths::build()?.join("intree");
        let copy = Self {
            source: folder.join("source"),
            tree: folder.join("build"),
            folder,
        };
        copy.remove()?;
        fs::create_dir_all(&copy.folder)?;
        let patch = view::Patch::new(copy.folder.join("series.patch"), patch::series()?)?;
        patch.view(&source::original()?.path, &copy.source)?;
        let status = Command::new("cp")
            .args(["-a", "--reflink=auto"])
            .arg(&built.path)
            .arg(&copy.tree)
            .status();
        ensure!(
            status.context("cannot run cp")?.success(),
            "cannot copy {}",
            built.path.display()
        );
        let from = fs::read_link(built.path.join("source"))?;
        relocate(
            &copy.tree,
            &[(&from, &copy.source), (&built.path, &copy.tree)],
        )?;
        Ok(copy)
    }

    /// Builds kernel and modules, with proc2 so.
    fn build(&self, value: &str) -> Result<()> {
        let mut step = steps::begin("kernel with proc2 in it", &format!("CONFIG_PROC2={value}"))?;
        let tests = if value == "m" { "m" } else { "n" };
        let config = self.tree.join(".config");
        let text = fs::read_to_string(&config)?;
        let others = text.lines().filter(|line| !line.contains("CONFIG_PROC2"));
        let asked = [
            format!("CONFIG_PROC2={value}"),
            format!("CONFIG_PROC2_KUNIT_TEST={tests}"),
        ];
        let lines: Vec<&str> = others.chain(asked.iter().map(String::as_str)).collect();
        fs::write(&config, lines.join("\n") + "\n")?;
        // A module of the last build would pass for one of this.
        let _ = fs::remove_file(self.tree.join(FOLDER).join("proc2.ko"));
        for target in ["olddefconfig", "all"] {
            let mut make = toolchain::make(toolchain::llvm().as_deref())?;
            make.arg("-C")
                .arg(&self.source)
                .arg(format!("O={}", self.tree.display()));
            step.run(make.arg(target))?;
        }
        let text = fs::read_to_string(&config)?;
        if !text.lines().any(|line| line == asked[0]) {
            bail!("Kconfig does not take {}", asked[0]);
        }
        step.done();
        Ok(())
    }

    fn ask(&self, modules: Vec<PathBuf>) -> Result<Tally> {
        e2e::some(vm::Kernel::Tree(&self.tree), modules, &e2e::EVERY_ENTRY)
    }

    fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Lets kbuild take a copied tree for one that was built where it is now: the paths in the commands
/// that it keeps, and in the few other files that name them, become the new ones.
fn relocate(tree: &Path, paths: &[(&Path, &Path)]) -> Result<()> {
    for entry in fs::read_dir(tree).with_context(|| format!("cannot read {}", tree.display()))? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() {
            relocate(&path, paths)?;
        } else if kind.is_symlink() && name == "source" {
            fs::remove_file(&path)?;
            std::os::unix::fs::symlink(paths[0].1, &path)?;
        } else if name.ends_with(".cmd") || name == "Makefile" {
            let modified = entry.metadata()?.modified()?;
            let mut text = fs::read_to_string(&path)?;
            for (old, new) in paths {
                text = text.replace(&old.display().to_string(), &new.display().to_string());
            }
            fs::write(&path, text)?;
            File::options()
                .append(true)
                .open(&path)?
                .set_modified(modified)?;
        }
    }
    Ok(())
}
