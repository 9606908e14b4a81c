// SPDX-License-Identifier: GPL-2.0

//! The VM's first file system: its first program, its job, the modules. Uncompressed, for it is
//! small and made anew for each boot.

use crate::cargo;
use anyhow::{Context, Result};
use cpio::newc::{trailer, Builder, ModeFileType};
use proc2_vm_init::{Job, JOB_FILE};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

pub(super) fn write(to: &Path, job: &Job, modules: &[PathBuf]) -> Result<()> {
    let context = || format!("cannot write {}", to.display());
    let mut archive = BufWriter::new(File::create(to).with_context(context)?);
    let init = cargo::vm_init()?;
    add(&mut archive, "init", &read(&init)?, 0o755)?;
    add(
        &mut archive,
        JOB_FILE.trim_start_matches('/'),
        &serde_json::to_vec(job)?,
        0o644,
    )?;
    for module in modules {
        let name = module.file_name().context("a module without a name")?;
        add(&mut archive, &name.to_string_lossy(), &read(module)?, 0o644)?;
    }
    trailer(archive)?.flush().with_context(context)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn add(archive: &mut impl Write, name: &str, content: &[u8], mode: u32) -> Result<()> {
    let entry = Builder::new(name)
        .mode(mode)
        .set_mode_file_type(ModeFileType::Regular);
    let mut writer = entry.write(archive, u32::try_from(content.len())?);
    writer.write_all(content)?;
    writer.finish()?;
    Ok(())
}
