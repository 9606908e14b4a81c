// SPDX-License-Identifier: GPL-2.0

//! A built kernel tree, and what proc2 asks of one.

use super::view;
use crate::{exports, toolchain, vm};
use anyhow::{bail, Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A built kernel tree.
pub(crate) struct Tree {
    /// The tree that modules are built against.
    pub(crate) path: PathBuf,
    /// The value of `LLVM=` that it was built with, if any.
    llvm: Option<String>,
    /// We built it.
    own: bool,
}

impl Tree {
    /// The tree that we built ourselves.
    pub(super) fn own(path: PathBuf) -> Self {
        Self {
            path,
            llvm: toolchain::llvm(),
            own: true,
        }
    }

    /// A tree of someone else's: says what it lacks.
    pub(super) fn given(path: &Path) -> Result<Self> {
        let shown = path.display();
        let path = path
            .canonicalize()
            .with_context(|| format!("KDIR={shown} does not exist"))?;
        let read = |name: &str| fs::read_to_string(path.join(name));
        let Ok(config) = read("include/config/auto.conf") else {
            bail!("KDIR={shown} is no configured kernel tree (no include/config/auto.conf); build it first");
        };
        let setting = |name: &str| {
            let value = config
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            value.map(|value| value.trim_matches('"').to_owned())
        };
        let release = read("include/config/kernel.release").unwrap_or_default();
        if proc2_dkms::series_of(&release).is_none() {
            bail!(
                "KDIR={shown} is Linux {}; this proc2 is for {}",
                release.trim(),
                proc2_dkms::all_series()
            );
        }
        if setting("CONFIG_RUST").as_deref() != Some("y") {
            bail!("KDIR={shown} was built without CONFIG_RUST=y; switch it on and build it again");
        }
        if !path.join("rust/libkernel.rmeta").exists() {
            bail!(
                "KDIR={shown} has no Rust metadata (rust/libkernel.rmeta). Distributions' header \
                 packages leave it out: KDIR= must be a tree that was built, with `make`, on this \
                 machine"
            );
        }
        let theirs = setting("CONFIG_RUSTC_VERSION_TEXT").unwrap_or_default();
        let ours = toolchain::rustc_version()?;
        if theirs != ours {
            bail!(
                "KDIR={shown} was built with \"{theirs}\", but this is \"{ours}\": Rust's metadata \
                 fits one compiler only. Name the other with RUSTC=, or build the kernel with this one"
            );
        }
        let missing = exports::missing(&path)?;
        if !missing.is_empty() {
            bail!(
                "KDIR={shown} does not export to proc2: {}. Add scripts/kernel/proc2_exports.c to its \
                 fs/proc/, a line `obj-y += proc2_exports.o` to fs/proc/Makefile, and build it again",
                missing.join(" ")
            );
        }
        let compiler = setting("CONFIG_CC_VERSION_TEXT").unwrap_or_default();
        let tree = Self {
            path,
            llvm: llvm_of(&compiler),
            own: false,
        };
        let lacking = view::lacking(&tree.source())?;
        if !lacking.is_empty() {
            eprintln!(
                "proc2: KDIR={shown} lacks {} of scripts/kernel; the README says what is lost",
                lacking.join(" ")
            );
        }
        Ok(tree)
    }

    /// Whether it was built here, and not given.
    pub(crate) fn is_own(&self) -> bool {
        self.own
    }

    /// `make` for an external module in this tree.
    pub(crate) fn make(&self) -> Result<Command> {
        let mut make = toolchain::make(self.llvm.as_deref())?;
        make.arg("-C").arg(&self.path);
        Ok(make)
    }

    /// What a VM boots of it.
    pub(crate) fn kernel(&self) -> vm::Kernel<'_> {
        vm::Kernel::Tree(&self.path)
    }

    /// Its code.
    pub(crate) fn vmlinux(&self) -> PathBuf {
        self.path.join("vmlinux")
    }

    /// The source that it was built from.
    pub(crate) fn source(&self) -> PathBuf {
        let link = self.path.join("source");
        if link.exists() {
            link
        } else {
            self.path.clone()
        }
    }
}

/// `LLVM=` for a compiler as the configuration quotes it: a suffix if that program exists.
fn llvm_of(compiler: &str) -> Option<String> {
    let (_, version) = compiler.split_once("clang version ")?;
    let major = version.split('.').next()?;
    let suffixed = Command::new(format!("clang-{major}"))
        .arg("--version")
        .output()
        .is_ok();
    Some(if suffixed {
        format!("-{major}")
    } else {
        "1".into()
    })
}
