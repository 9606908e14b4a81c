// SPDX-License-Identifier: GPL-2.0

//! The gate of every entry: callers who each lack one right look at it and write to it, in procfs
//! and in the type under test.
//!
//! Quick and narrow, where the oracle is wide: `make mutate` runs this once for each check, with
//! `PROC2_ROWS` naming the rows that the check is for.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::Caller;
use proc2_e2e::dirent;
use proc2_e2e::probe::At;
use rustix::fs::OFlags;
use rustix::thread::{capabilities, set_capabilities, CapabilitySet};

use super::Test;

mod attributes;
mod looking;
mod writing;

pub(super) fn tests() -> Vec<Test> {
    use attributes::{in_borrowed_credentials, opened_by_another};
    use {looking::looking, writing::writing};
    super::tests!["gates": looking, writing, opened_by_another, in_borrowed_credentials]
}

/// Somebody who lacks a right.
struct CallerLacking {
    name: &'static str,
    is: &'static Caller,
    lacks: CapabilitySet,
}

impl CallerLacking {
    const fn new(name: &'static str, is: &'static Caller, lacks: CapabilitySet) -> Self {
        Self { name, is, lacks }
    }

    fn become_it(&self) -> Result<()> {
        self.is.become_it()?;
        let mut sets = capabilities(None).context("capget")?;
        sets.effective -= self.lacks;
        sets.permitted -= self.lacks;
        set_capabilities(None, sets).context("capset")
    }
}

/// Either of these is enough to follow the links of `map_files`.
const ADMIN: CapabilitySet = CapabilitySet::SYS_ADMIN.union(CapabilitySet::CHECKPOINT_RESTORE);

/// The rows that `PROC2_ROWS` names, if it does.
fn chosen() -> Option<String> {
    std::env::var("PROC2_ROWS")
        .ok()
        .filter(|rows| !rows.is_empty())
}

/// How many comparisons there must be: none where rows are chosen, for this kernel may lack them.
fn floor(all: u64) -> u64 {
    chosen().map_or(all, |_| 0)
}

/// A path below the root, and what reports call it.
struct Place {
    path: String,
    name: String,
}

/// The path of each row that is chosen, at both levels, and what is below it.
fn places(instance: &OwnedFd, pid: i32) -> Result<Vec<Place>> {
    let list = |path: &str| {
        let root = instance.as_fd();
        // What links lead to is no entry.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let fd = At { root, path }.open(flags);
        fd.and_then(|fd| dirent::names(fd.as_fd()))
    };
    let chosen = chosen();
    let wanted = |row: &str| {
        let mut rows = chosen.iter().flat_map(|rows| rows.split(','));
        chosen.is_none() || rows.any(|wanted| wanted == row)
    };
    let threads = list(&format!("{pid}/task"))?;
    let thread = threads.last().context("a process without a thread")?;
    let mut paths = Vec::new();
    for directory in [pid.to_string(), format!("{pid}/task/{thread}")] {
        for row in list(&directory)?.into_iter().filter(|row| wanted(row)) {
            let path = format!("{directory}/{row}");
            // The network's files are not the task's, and a thread's entries are rows.
            let foreign = ["net", "task"].contains(&&*row);
            let below = if row == "net" {
                Vec::new()
            } else {
                list(&path).unwrap_or_default()
            };
            paths.push(path.clone());
            for child in below.into_iter().take(8) {
                let child = format!("{path}/{child}");
                let below = if foreign {
                    Vec::new()
                } else {
                    list(&child).unwrap_or_default()
                };
                paths.push(child.clone());
                paths.extend(below.into_iter().map(|name| format!("{child}/{name}")));
            }
        }
    }
    let name = |path: &str| {
        let number = |part: &str| match part {
            part if part == pid.to_string() => "PID".to_owned(),
            part if part == thread => "TID".to_owned(),
            part => part.to_owned(),
        };
        path.split('/').map(number).collect::<Vec<_>>().join("/")
    };
    let place = |path: String| Place {
        name: name(&path),
        path,
    };
    Ok(paths.into_iter().map(place).collect())
}
