// SPDX-License-Identifier: GPL-2.0

//! Comparison of whole subtrees: names, what stat says, and contents.

use std::os::fd::BorrowedFd;

use rustix::fs::FileType;

use crate::compare::Tally;
use crate::probe::{self, At};

/// Gives, by path, a file's contents without what never rests, if it has any of that.
pub type Normalise<'a> = dyn Fn(&str, &[u8]) -> Option<Vec<u8>> + 'a;

/// How to go through a subtree.
pub struct Sweep<'a> {
    /// The kernel's procfs.
    pub oracle: BorrowedFd<'a>,
    /// The type under test.
    pub subject: BorrowedFd<'a>,
    /// Names the sweep in reports.
    pub title: &'a str,
    /// Paths that are not looked into, such as those whose read blocks.
    pub skip: &'a dyn Fn(&str) -> bool,
    /// Takes out of a file's contents what never rests.
    pub normalise: &'a Normalise<'a>,
}

impl Sweep<'_> {
    /// Compares what is at `path` and below; returns how many files it met.
    pub fn walk(&self, tally: &mut Tally, path: &str) -> u64 {
        if (self.skip)(path) {
            return 0;
        }
        let (theirs, ours) = (
            At {
                root: self.oracle,
                path,
            },
            At {
                root: self.subject,
                path,
            },
        );
        let what = |operation: &str| format!("[{}] {path}: {operation}", self.title);
        let kind = theirs.kind();
        let names = |probe: &&probe::Probe| ["stat", "access", "readlink"].contains(&probe.name);
        for probe in probe::suited(kind.ok()).filter(names) {
            tally.compare(
                || what(probe.name),
                || (probe.run)(theirs),
                || (probe.run)(ours),
                |bytes| (self.normalise)(path, bytes),
            );
        }
        match kind {
            Ok(FileType::RegularFile) => {
                tally.compare(
                    || what("contents"),
                    || probe::read_all(theirs),
                    || probe::read_all(ours),
                    |bytes| (self.normalise)(path, bytes),
                );
                1
            }
            Ok(FileType::Directory) => self.directory(tally, path),
            _ => 1,
        }
    }

    fn directory(&self, tally: &mut Tally, path: &str) -> u64 {
        // Tasks come and go, and are compared by the oracle's tests.
        let task = |name: &str| path == "." && name.bytes().all(|byte| byte.is_ascii_digit());
        let left_out = |name: &str| task(name) || path == "." && name == crate::OWN_ENTRY;
        let text = |at: At<'_>| match probe::listing(at) {
            Ok(list) => {
                let kept = list.iter().filter(|(name, _)| !left_out(name));
                kept.map(|(name, kind)| format!("{name} {kind}\n"))
                    .collect::<Vec<_>>()
                    .concat()
            }
            Err(errno) => errno,
        };
        let (theirs, ours) = (
            At {
                root: self.oracle,
                path,
            },
            At {
                root: self.subject,
                path,
            },
        );
        tally.compare(
            || format!("[{}] {path}: readdir", self.title),
            || text(theirs).into(),
            || text(ours).into(),
            |_| None,
        );
        let mut met = 1;
        for (name, _) in probe::listing(theirs).unwrap_or_default() {
            if name != "." && name != ".." && !task(&name) {
                let below = if path == "." {
                    name
                } else {
                    format!("{path}/{name}")
                };
                met += self.walk(tally, &below);
            }
        }
        met
    }
}
