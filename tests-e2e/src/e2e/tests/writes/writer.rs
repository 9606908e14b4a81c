// SPDX-License-Identifier: GPL-2.0

//! A caller that writes all that there is to write, through two trees with the same options.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::Result;
use proc2_e2e::caller::Caller;
use proc2_e2e::cells::entry_of;
use proc2_e2e::child::in_child;
use proc2_e2e::compare::{Coordinates, Tally};
use proc2_e2e::probe::{self, At};
use proc2_e2e::target::{self, Target};
use rustix::fs::{statat, AtFlags, FileType};

use super::super::normal;
use super::{input, Found};

/// A caller that writes through two trees with the same options.
pub(super) struct Writer<'a> {
    pub(super) options: &'a str,
    pub(super) caller: &'a Caller,
    pub(super) oracle: OwnedFd,
    pub(super) subject: OwnedFd,
}

impl Writer<'_> {
    /// Writes to processes of the caller's own, and to itself.
    pub(super) fn own(&self, mut found: Found) -> Result<Found> {
        let place = self.caller.place;
        for make in [target::own, target::unshared] {
            self.twins(&mut found, &make(place)?, &make(place)?)?;
        }
        // Each by a process that writes to itself alone.
        let itself = Target::named("self", "self");
        let left = in_child(|| Ok(self.write_all(self.oracle.as_fd(), &itself)))?;
        let right = in_child(|| Ok(self.write_all(self.subject.as_fd(), &itself)))?;
        self.compare(&mut found.0, (&itself, "self"), &left, &right);
        Ok(found)
    }

    /// Writes to one of two through procfs, to the other through the type under test.
    pub(super) fn twins(&self, found: &mut Found, left: &Target, right: &Target) -> Result<()> {
        let wrote = self.write_all(self.oracle.as_fd(), left);
        found.1.extend(
            wrote
                .iter()
                .map(|one| (one.entry.clone(), one.class.clone())),
        );
        let subject = self.write_all(self.subject.as_fd(), right);
        self.compare(&mut found.0, (left, &right.path), &wrote, &subject);
        Ok(())
    }

    fn compare(
        &self,
        tally: &mut Tally,
        (target, path): (&Target, &str),
        want: &[Wrote],
        got: &[Wrote],
    ) {
        let names = |list: &[Wrote]| {
            list.iter()
                .map(|one| one.name())
                .collect::<Vec<_>>()
                .join("\n")
        };
        tally.same(
            || {
                format!(
                    "options {}, caller {}, target {}: entries",
                    self.options, self.caller.name, target.name
                )
            },
            names(want),
            names(got),
        );
        for (want, got) in want.iter().zip(got) {
            let coordinates = Coordinates {
                options: self.options,
                caller: self.caller.name,
                target: target.name,
                path,
                entry: &want.entry,
                operation: &want.name(),
            };
            tally.same(|| coordinates.to_string(), &want.outcome, &got.outcome);
            tally
                .cells
                .count(&want.entry, &want.class, self.caller.name);
        }
    }

    /// Writes each input to each entry of a target.
    fn write_all(&self, root: BorrowedFd<'_>, target: &Target) -> Vec<Wrote> {
        let mut all = Vec::new();
        for base in [target.path.clone(), thread_of(root, &target.path)] {
            for path in entries(root, &base) {
                let stat = statat(root, &path, AtFlags::SYMLINK_NOFOLLOW);
                let writable = stat.map_or(true, |stat| stat.st_mode & 0o222 != 0);
                let entry = entry_of(&target.path, &path);
                let last = path.rsplit('/').next().unwrap_or(&path);
                let at = At { root, path: &path };
                for input in input::suited(&entry, target, writable) {
                    let outcome = input.write(at, writable);
                    let outcome = normal::without_counters(last, true, &outcome).unwrap_or(outcome);
                    all.push(Wrote {
                        entry: entry.clone(),
                        class: input.class.into(),
                        text: input.shown(),
                        outcome,
                    });
                }
            }
        }
        all
    }
}

/// What writing one input to one entry gave.
#[derive(serde::Serialize, serde::Deserialize)]
struct Wrote {
    entry: String,
    class: String,
    text: String,
    outcome: Vec<u8>,
}

impl Wrote {
    fn name(&self) -> String {
        format!("{} of {}", self.class, self.text)
    }
}

/// The directory of a process's first thread.
fn thread_of(root: BorrowedFd<'_>, base: &str) -> String {
    let path = format!("{base}/task");
    let list = probe::listing(At { root, path: &path }).unwrap_or_default();
    let first = list.iter().find(|(name, _)| !name.starts_with('.'));
    format!("{path}/{}", first.map_or("0", |(name, _)| name))
}

/// The regular files among a task's entries, and those of its security attributes.
fn entries(root: BorrowedFd<'_>, base: &str) -> Vec<String> {
    let mut all = Vec::new();
    for directory in ["", "/attr", "/attr/apparmor"] {
        let path = format!("{base}{directory}");
        let list = probe::listing(At { root, path: &path }).unwrap_or_default();
        let files = list
            .iter()
            .filter(|(_, kind)| *kind == format!("{:?}", FileType::RegularFile));
        all.extend(files.map(|(name, _)| format!("{path}/{name}")));
    }
    all
}
