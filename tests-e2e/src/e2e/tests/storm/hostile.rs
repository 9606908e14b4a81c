// SPDX-License-Identifier: GPL-2.0

//! Random and hostile calls, made alike to procfs and to the type under test: both must answer the
//! same, and the kernel must survive it.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, fstype};
use rustix::fs::{FileType, OFlags};

use super::super::Test;

mod calls;
mod ioctls;
mod mounts;
mod paths;
mod policies;
mod reads;
mod writes;

pub(super) fn tests() -> Vec<Test> {
    [
        mounts::tests(),
        policies::tests(),
        paths::tests(),
        reads::tests(),
        writes::tests(),
        ioctls::tests(),
    ]
    .concat()
}

/// procfs, and the type under test, with the same options.
struct Pair {
    oracle: OwnedFd,
    subject: OwnedFd,
}

impl Pair {
    fn new(options: &str) -> Result<Self> {
        Ok(Self {
            oracle: Instance::new("proc", options)?.into_root()?,
            subject: Instance::new(&fstype(), options)?.into_root()?,
        })
    }

    /// Makes a call on both; what is wrong, if they differ.
    fn agree(&self, mut call: impl FnMut(&OwnedFd) -> String) -> Option<String> {
        let call = std::cell::RefCell::new(&mut call);
        let on = |root: &OwnedFd| (call.borrow_mut())(root).into_bytes();
        let mut tally = Tally::default();
        tally.compare(
            String::new,
            || on(&self.oracle),
            || on(&self.subject),
            |_| None,
        );
        tally.kinds.into_values().next().map(|(_, report)| report)
    }
}

/// All paths below a task's directory that are of some kind, without the network's.
fn below(root: &OwnedFd, path: &str, wanted: &dyn Fn(FileType) -> bool) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let at = At {
        root: root.as_fd(),
        path,
    };
    let fd = at.open(OFlags::RDONLY | OFlags::DIRECTORY);
    let fd = fd.with_context(|| format!("opening {path}"))?;
    if wanted(FileType::Directory) {
        found.push(path.to_owned());
    }
    for entry in dirent::read(fd.as_fd())? {
        if [".", "..", "net"].contains(&entry.name.as_str()) {
            continue;
        }
        let path = format!("{path}/{}", entry.name);
        match entry.kind {
            FileType::Directory => found.extend(below(root, &path, wanted)?),
            kind if wanted(kind) => found.push(path),
            _ => {}
        }
    }
    Ok(found)
}
