// SPDX-License-Identifier: GPL-2.0

//! What a distribution's headers lack to build a module in Rust of procfs's kind: a kernel's headers
//! with Rust's metadata and some private headers, kept for each kernel.
//!
//! The metadata is made from the kernel's own source, with its configuration and compilers. Their
//! symbols' names hold hashes of all that went in: that they are the kernel's, to the last one, shows
//! that the metadata is what the kernel was built with.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure, Context as _, Result};

use crate::kernel::Kernel;
use crate::{source, symvers};

/// Where kits are kept.
const ALL: &str = "/var/lib/proc2-dkms";
/// Where sources are unpacked, and built: 2.5 GB for the time.
const SCRATCH: &str = "/var/tmp";
/// Folders whose private headers the module reads.
const FOLDERS: [&str; 4] = ["block", "fs", "fs/proc", "kernel/cgroup"];
/// What prints the symbols that a kernel's Rust exports, by crate.
const EXPORTS: &str = "_generated.h";

/// The kit of a kernel; made if it is not there.
pub(crate) fn of(kernel: &Kernel) -> Result<PathBuf> {
    let version = source::version_of(kernel)?;
    let name = format!("{}_{version}", kernel.release);
    let kit = Path::new(ALL).join(name);
    if kit.exists() {
        return Ok(kit);
    }
    let archive = source::of(kernel, &version)?;
    let scratch = tempfile::Builder::new()
        .prefix("proc2-dkms.")
        .tempdir_in(SCRATCH)
        .with_context(|| format!("cannot write below {SCRATCH}"))?;
    println!(
        "proc2: making Rust's metadata of Linux {} from {}; this takes some minutes, once for this kernel",
        kernel.release,
        archive.display()
    );
    let (tree, built) = (scratch.path().join("source"), scratch.path().join("build"));
    fs::create_dir_all(&tree)?;
    fs::create_dir_all(&built)?;
    run(Command::new("tar")
        .args(["-x", "--strip-components=1", "-C"])
        .arg(&tree)
        .arg("-f")
        .arg(archive))?;
    fs::copy(kernel.headers.join(".config"), built.join(".config"))?;
    for target in ["olddefconfig", "prepare"] {
        let mut make = kernel.make(&tree);
        run(make.arg(format!("O={}", built.display())).arg(target))?;
    }
    compare(kernel, &built)?;
    let new = kit.with_extension("new");
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(ALL)?;
    assemble(kernel, &tree, &built, &new, &kit)?;
    fs::rename(&new, &kit).with_context(|| format!("cannot make {}", kit.display()))?;
    Ok(kit)
}

/// Puts a kit together in `new`, for its place `kit`: the headers, and what they lack.
fn assemble(kernel: &Kernel, tree: &Path, built: &Path, new: &Path, kit: &Path) -> Result<()> {
    let copy =
        |from: &Path, to: &Path| run(Command::new("cp").args(["-a", "--"]).arg(from).arg(to));
    // Links lead to folders beside it.
    run(Command::new("cp")
        .args(["-aL", "--"])
        .arg(&kernel.headers)
        .arg(new))?;
    let makefile = fs::read_to_string(new.join("Makefile"))?;
    let (theirs, ours) = (
        kernel.headers.display().to_string(),
        kit.display().to_string(),
    );
    fs::write(new.join("Makefile"), makefile.replace(&theirs, &ours))?;
    copy(&built.join("rust"), &new.join("rust"))?;
    copy(&built.join("scripts/target.json"), &new.join("scripts"))?;
    for name in ["Makefile", "bindgen_parameters"] {
        copy(&tree.join("rust").join(name), &new.join("rust"))?;
    }
    for folder in FOLDERS {
        fs::create_dir_all(new.join(folder))?;
        for entry in fs::read_dir(tree.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|suffix| suffix == "h") {
                copy(&path, &new.join(folder))?;
            }
        }
    }
    Ok(())
}

/// Fails unless all symbols of Rust's that the kernel exports are those that were made.
fn compare(kernel: &Kernel, built: &Path) -> Result<()> {
    let path = kernel.symvers();
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let theirs = symvers::of_kernel(&text)?;
    let mut ours = HashSet::new();
    for entry in fs::read_dir(built.join("rust"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(EXPORTS) {
            ours.extend(words(&fs::read_to_string(path)?));
        }
    }
    let count = same(&theirs, &ours).with_context(|| {
        format!(
            "Rust's metadata made here is not that of Linux {}",
            kernel.release
        )
    })?;
    println!(
        "proc2: all {count} symbols of Rust's are those of Linux {}",
        kernel.release
    );
    Ok(())
}

/// Fails unless each of Rust's symbols that a kernel exports is among those that were made. Returns how
/// many it exports.
fn same(theirs: &HashSet<&str>, ours: &HashSet<String>) -> Result<usize> {
    let rust = theirs.iter().filter(|name| name.starts_with("_R"));
    let (made, missing): (Vec<&str>, Vec<&str>) = rust.partition(|name| ours.contains(**name));
    let count = made.len() + missing.len();
    ensure!(count > 0, "that kernel exports no symbol of Rust's");
    if let Some(first) = missing.iter().min() {
        bail!(
            "{} of its {count} symbols are others, {first} for one",
            missing.len()
        );
    }
    Ok(count)
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    parts
        .filter(|word| word.starts_with("_R"))
        .map(str::to_owned)
}

/// Runs a command to its end; what it says goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {:?}", command.get_program()))?;
    ensure!(
        status.success(),
        "{command:?} failed ({status}); its messages are above"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_symbol_that_is_another_is_enough() {
        let ours: HashSet<String> = ["_RNvC6kernel_1", "_RNvC6kernel_2", "_RNvC4core_3"]
            .map(str::to_owned)
            .into();
        let told = |theirs: &[&str]| {
            let theirs = theirs.iter().copied().collect();
            same(&theirs, &ours).map_err(|error| error.to_string())
        };
        assert_eq!(told(&["dput", "_RNvC6kernel_1", "_RNvC6kernel_2"]), Ok(2));
        let other = "1 of its 2 symbols are others, _RNvC6kernel_9 for one".to_owned();
        assert_eq!(
            told(&["dput", "_RNvC6kernel_1", "_RNvC6kernel_9"]),
            Err(other)
        );
        assert!(told(&["dput"]).is_err());
    }

    #[test]
    fn symbols_are_found_in_what_lists_them() {
        let text =
            "EXPORT_SYMBOL_RUST_GPL(_RNvC6kernel_1);\nEXPORT_SYMBOL_RUST_GPL(rust_helper_x);\n";
        assert_eq!(words(text).collect::<Vec<_>>(), ["_RNvC6kernel_1"]);
    }
}
