// SPDX-License-Identifier: GPL-2.0

//! What magic links show where names are long.

use std::env::set_current_dir;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::mount::{new_directory, Instance};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["links": names_of_every_length]
}

/// Goes to a directory below `base` whose whole name is `length` bytes long, step by step: the name
/// may be too long to be given.
fn go_deep(base: &Path, length: usize) -> Result<()> {
    set_current_dir(base)?;
    let mut left = length - base.as_os_str().len();
    while left > 0 {
        // Each step takes a slash and at least one byte, and leaves as much for the next one.
        let step = if left > 202 { 200 } else { left - 1 };
        let name = "x".repeat(step);
        fs::create_dir_all(&name)?;
        set_current_dir(&name)?;
        left -= step + 1;
    }
    Ok(())
}

/// A buffer that is big enough for most names, one for all, and names that no buffer is big enough
/// for.
fn names_of_every_length() -> Result<()> {
    let (tested, procfs) = (Instance::new(&fstype(), "")?, Instance::new("proc", "")?);
    let base = new_directory()?;
    let mut refused = 0;
    for length in (120..136).chain([250, 1000, 4000, 4094, 4095, 4096, 5000]) {
        let process = Sleeper::new(|| go_deep(&base, length))?;
        let link = |instance: &Instance| {
            let link = instance.join(format!("{}/cwd", process.id()));
            fs::read_link(link).map_err(|error| error.raw_os_error())
        };
        let (ours, theirs): (Result<PathBuf, _>, _) = (link(&tested), link(&procfs));
        ensure!(
            ours == theirs,
            "{length} bytes: {ours:?}, in procfs {theirs:?}"
        );
        match ours {
            Ok(name) => ensure!(name.as_os_str().len() == length, "{length} bytes: {name:?}"),
            Err(_) => refused += 1,
        }
    }
    ensure!(refused == 2, "{refused} names were too long instead of 2");
    fs::remove_dir_all(&base).context("removing the directories")
}
