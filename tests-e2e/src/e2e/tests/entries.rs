// SPDX-License-Identifier: GPL-2.0

//! Whether the rows of `entries.rs` are the entries of procfs: what is missing there is neither
//! written to nor left out of comparisons by any test.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::dirent;
use proc2_e2e::entries::{self, ENTRIES};
use proc2_e2e::kernel;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use rustix::fs::{statat, AtFlags, FileType, Mode, OFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["entries": every_entry_has_its_row, rows_need_what_they_say]
}

/// The regular files of a task, at both levels, by name below its directory, and whether anybody
/// may write them.
fn in_procfs() -> Result<BTreeMap<String, bool>> {
    let root = Instance::new("proc", "")?.into_root()?;
    let mut found = BTreeMap::new();
    for directory in ["", "attr/", "attr/apparmor/"] {
        for base in ["self", "thread-self"] {
            let path = format!("{base}/{directory}");
            for (name, writable) in files(&root, &path)? {
                found.insert(format!("{directory}{name}"), writable);
            }
        }
    }
    Ok(found)
}

/// The regular files in a directory; none if it is not there.
fn files(root: &OwnedFd, path: &str) -> Result<Vec<(String, bool)>> {
    let at = At {
        root: root.as_fd(),
        path,
    };
    let Ok(fd) = at.open(OFlags::RDONLY | OFlags::DIRECTORY) else {
        return Ok(Vec::new());
    };
    let entries = dirent::read(fd.as_fd())?.into_iter();
    let files = entries.filter(|entry| entry.kind == FileType::RegularFile);
    let all_write = Mode::WUSR | Mode::WGRP | Mode::WOTH;
    files
        .map(|entry| {
            let stat = statat(&fd, &*entry.name, AtFlags::SYMLINK_NOFOLLOW);
            let stat = stat.with_context(|| format!("{path}{}", entry.name))?;
            let writable = Mode::from_raw_mode(stat.st_mode).intersects(all_write);
            Ok((entry.name, writable))
        })
        .collect()
}

/// Whether it moves and what is written to it is decided for every entry.
fn every_entry_has_its_row() -> Result<()> {
    let found = in_procfs()?;
    ensure!(
        found.len() as u64 > kernel::floor(50),
        "only {found:?} are there"
    );
    let undecided = found.iter().filter_map(|(name, writable)| {
        let row = entries::of(name).filter(|row| row.name == name);
        match row.map(|row| row.writes.is_some()) {
            None => Some(format!("{name} has no row")),
            Some(false) if *writable => Some(format!("nothing is said about writes to {name}")),
            Some(true) if !writable => Some(format!("nobody may write {name}")),
            Some(_) => None,
        }
    });
    let undecided: Vec<_> = undecided.collect();
    ensure!(undecided.is_empty(), "entries.rs: {}", undecided.join("; "));
    Ok(())
}

/// A row whose options the kernel has is there, and the others are not.
fn rows_need_what_they_say() -> Result<()> {
    let found = in_procfs()?;
    let wrong = ENTRIES.iter().filter_map(|entry| {
        match (kernel::has_entry(entry)?, found.contains_key(entry.name)) {
            (true, false) => Some(format!(
                "{} is not there, with {:?}",
                entry.name, entry.needs
            )),
            (false, true) => Some(format!("{} is there without {:?}", entry.name, entry.needs)),
            _ => None,
        }
    });
    let wrong: Vec<_> = wrong.collect();
    ensure!(wrong.is_empty(), "entries.rs: {}", wrong.join("; "));
    Ok(())
}
