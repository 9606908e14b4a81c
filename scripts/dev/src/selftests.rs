// SPDX-License-Identifier: GPL-2.0

//! The kernel's own selftests of procfs, built from the kernel's source: as they are for procfs, and with the type's name
//! replaced for proc2. The tests in the VM run both and compare.

use crate::kernel::{hash, tree::Tree};
use crate::{arch, arch::Arch, lock, paths, steps};
use anyhow::{bail, Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds them and returns the folder: `procfs/NAME` and `proc2/NAME` for each program.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf> {
    of(&tree.source(), &tree.path, tree.make()?)
}

/// Those of a source; `make` makes the kernel's headers in `output`.
pub(crate) fn of(source: &Path, output: &Path, mut make: Command) -> Result<PathBuf> {
    let _lock = lock::take()?;
    let source = source.join("tools/testing/selftests/proc");
    let folder = paths::cache()?
        .join("selftests")
        .join(hash(&[&output.display().to_string()]));
    let done = folder.join("done");
    if done.exists() {
        return Ok(folder);
    }
    let mut step = steps::begin("programs", "the kernel's selftests of procfs")?;
    step.run(make.arg("headers"))?;
    let headers = output.join("usr/include");
    for name in ["procfs", "proc2"] {
        fs::create_dir_all(folder.join(name))?;
    }
    for program in programs(&source)? {
        let text = fs::read_to_string(source.join(format!("{program}.c")))?;
        let variants = [
            ("procfs", text.clone()),
            ("proc2", text.replace("\"proc\"", "\"proc2\"")),
        ];
        for (variant, text) in variants {
            let file = folder.join(variant).join(&program);
            let copy = file.with_extension("c");
            fs::write(&copy, text)?;
            step.run(&mut compiler(&source, &headers, &copy, &file)?)?;
        }
    }
    fs::write(&done, "").with_context(|| format!("cannot write {}", done.display()))?;
    step.done();
    Ok(folder)
}

/// The programs that the selftests' own Makefile builds.
fn programs(source: &Path) -> Result<Vec<String>> {
    let makefile = source.join("Makefile");
    let text = fs::read_to_string(&makefile)
        .with_context(|| format!("cannot read {}", makefile.display()))?;
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("TEST_GEN_PROGS += "))
        .map(|name| name.trim().to_owned())
        .collect();
    if names.is_empty() {
        bail!("{} names no program", makefile.display());
    }
    Ok(names)
}

fn compiler(source: &Path, headers: &Path, text: &Path, program: &Path) -> Result<Command> {
    let prefix = arch::foreign()?.map(Arch::cross);
    let mut cc = Command::new(prefix.map_or("cc".into(), |prefix| prefix + "gcc"));
    cc.args(["-O2", "-w", "-D_GNU_SOURCE", "-pthread", "-isystem"])
        .arg(headers)
        .arg("-I")
        .arg(source)
        .arg("-I")
        .arg(source.join(".."))
        .arg(text)
        .arg("-o")
        .arg(program);
    Ok(cc)
}
