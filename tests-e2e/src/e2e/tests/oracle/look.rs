// SPDX-License-Identifier: GPL-2.0

//! One caller's look at two trees with the same options: which paths, by which operations.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, OwnedFd};

use proc2_e2e::caller::{Caller, Place};
use proc2_e2e::cells::entry_of;
use proc2_e2e::compare::{Coordinates, Tally};
use proc2_e2e::entries::{self, Part};
use proc2_e2e::probe::{self, At};
use proc2_e2e::target::{Target, OWN};
use rustix::fs::{statat, AtFlags, FileType};

use super::super::normal;

/// The operations that even a brief look makes.
const BRIEF: &[&str] = &[
    "stat",
    "access",
    "opens",
    "whole",
    "readlink",
    "follow",
    "readdir",
    "link_count",
];

/// Of these, the operations that read nothing.
const HARMLESS: &[&str] = &["stat", "access", "opens"];

/// Operations that take the kernel long: made for a few targets only.
const DEAR: &[&str] = &["mount_on", "ring"];

/// The targets for which all callers make all operations. Their own process is one that each may
/// look into, the other user's one that most may not.
const CLOSELY: &[&str] = &[OWN, "another user's"];

/// The targets that modes are tried on: they ask who looks at whose process, and in which state it
/// is, not what it holds.
const BY_MODE: &[&str] = &[
    OWN,
    "self",
    "thread-self",
    "kernel thread",
    "init",
    "root's",
    "the user's",
    "another user's",
    "undumpable",
    "threads",
    "zombie",
    "inner pid namespace",
    "set-user-id",
    "all namespaces",
];

/// Directories below a task's whose names are looked at, and those that stand for all.
const INTO: &[&str] = &[
    "task",
    "fd",
    "fdinfo",
    "ns",
    "attr",
    "apparmor",
    "map_files",
];

/// Of a long directory, so many names from its start and its end stand for all.
const ENDS: usize = 30;

/// The names of the two tables, as the kernel's procfs lists them.
pub(super) struct Names {
    group: Vec<String>,
    thread: Vec<String>,
}

impl Names {
    /// Asks a tree of procfs that hides nothing, as root.
    pub(super) fn new(root: &OwnedFd) -> anyhow::Result<Self> {
        let names = |path: &str| {
            let at = At {
                root: root.as_fd(),
                path,
            };
            let list = probe::listing(at).map_err(|errno| anyhow::anyhow!("{path}: {errno}"))?;
            let names = list.into_iter().map(|(name, _)| name);
            anyhow::Ok(names.filter(|name| !name.starts_with('.')).collect())
        };
        Ok(Self {
            group: names("1")?,
            thread: names("1/task/1")?,
        })
    }
}

/// One caller's look.
pub(super) struct Look<'a> {
    pub(super) options: &'a str,
    pub(super) caller: &'a Caller,
    pub(super) names: &'a Names,
    pub(super) oracle: OwnedFd,
    pub(super) subject: OwnedFd,
}

impl Look<'_> {
    /// Looks at all targets.
    pub(super) fn all(&self, targets: &[&Target]) -> Tally {
        let mut tally = Tally::default();
        let looks = |target: &&&Target| self.off() || BY_MODE.contains(&target.name);
        for target in targets.iter().filter(looks) {
            self.path(&mut tally, target, &target.path, 0);
        }
        tally
    }

    pub(super) fn ours<'p>(&'p self, path: &'p str) -> At<'p> {
        At {
            root: self.subject.as_fd(),
            path,
        }
    }

    pub(super) fn theirs<'p>(&'p self, path: &'p str) -> At<'p> {
        At {
            root: self.oracle.as_fd(),
            path,
        }
    }

    fn off(&self) -> bool {
        self.options.contains("hidepid=off")
    }

    /// Whether the caller looks at all targets closely, as one who may do much and one who may do
    /// little.
    fn everything(&self) -> bool {
        self.off() && ["user", "root"].contains(&self.caller.name)
    }

    /// Whether the directories below a target's are looked into.
    fn deep(&self, target: &Target) -> bool {
        self.everything()
            || ["self", "threads", "zombie"].contains(&target.name)
            || CLOSELY.contains(&target.name)
    }

    /// Whether a path is looked at by all operations or by those in [`BRIEF`] alone: what a mode
    /// does not hide is as under `off`, a thread's entries are its process's rows, and callers
    /// differ in what they may do more than in how.
    fn thorough(&self, target: &Target, path: &str) -> bool {
        let among = |names: &[&str]| names.contains(&target.name);
        if self.off() && (among(CLOSELY) || self.caller.place == Place::Ancestor) {
            return true;
        }
        if ["/task/", "/fd/", "/fdinfo/", "/map_files/"]
            .iter()
            .any(|part| path.contains(part))
        {
            return self.everything() && among(&["threads", "dead leader", "open files"]);
        }
        if unusual_name(target) {
            let entry = path.rsplit('/').next().unwrap_or(path);
            let shown = ["comm", "status", "stat", "cmdline", "environ"].contains(&entry);
            return self.everything() && shown;
        }
        if self.off() {
            return self.everything();
        }
        match self.caller.name {
            "member" | "root-without-ptrace" => among(&["another user's"]),
            _ if self.caller.place == Place::Same => among(&[
                "self",
                "the user's",
                "another user's",
                "undumpable",
                "zombie",
            ]),
            _ => false,
        }
    }

    /// Compares one operation on one path, and counts it.
    fn compare(
        &self,
        tally: &mut Tally,
        (target, path, entry): (&Target, &str, &str),
        operation: &str,
        run: impl Fn(At<'_>) -> Vec<u8>,
    ) {
        let coordinates = Coordinates {
            options: self.options,
            caller: self.caller.name,
            target: target.name,
            path,
            entry,
            operation,
        };
        let last = path.rsplit('/').next().unwrap_or(path);
        tally.compare(
            || coordinates.to_string(),
            || run(self.theirs(path)),
            || run(self.ours(path)),
            |bytes| normal::without_counters(last, path.contains("self"), bytes),
        );
        tally.cells.count(entry, operation, self.caller.name);
    }

    /// Compares one path by every operation that suits it, and what is below it.
    fn path(&self, tally: &mut Tally, target: &Target, path: &str, depth: u32) {
        // Links stand for themselves, but self and thread-self lead on.
        let kind = match depth {
            0 => statat(&self.oracle, path, AtFlags::empty())
                .map(|stat| FileType::from_raw_mode(stat.st_mode)),
            _ => self.theirs(path).kind(),
        };
        let entry = entry_of(&target.path, path);
        for probe in probe::suited(kind.ok()) {
            if self.looks(target, path, probe.name, depth) {
                self.compare(tally, (target, path, &entry), probe.name, probe.run);
            }
        }
        if kind == Ok(FileType::Directory) || kind.is_err() && depth == 0 {
            for name in self.below(target, path, depth) {
                self.path(tally, target, &format!("{path}/{name}"), depth + 1);
            }
        }
    }

    /// Whether an operation is made on a path.
    fn looks(&self, target: &Target, path: &str, operation: &str, depth: u32) -> bool {
        let own = path.contains("self");
        // A symbolic link at the root is compared by the tests of the root.
        if depth == 0 && own {
            return false;
        }
        if !self.thorough(target, path) && !BRIEF.contains(&operation) {
            return false;
        }
        if DEAR.contains(&operation) && !CLOSELY.contains(&target.name) {
            return self.everything() && ["threads", "zombie"].contains(&target.name);
        }
        let moves = entries::of(path).map_or(Part::Nothing, |entry| entry.moves.part(own));
        if moves == Part::Whole {
            return HARMLESS.contains(&operation);
        }
        // The caller's own descriptors include the two roots: one of them is on this mount.
        if own && path.contains("/fd/") {
            return operation != "constrained";
        }
        moves != Part::FastNumbers || BRIEF.contains(&operation)
    }

    /// The names to look at in a directory.
    fn below(&self, target: &Target, path: &str, depth: u32) -> Vec<String> {
        let last = path.rsplit('/').next().unwrap_or(path);
        let listed = |at: At<'_>| probe::listing(at).unwrap_or_default();
        let both = [listed(self.theirs(path)), listed(self.ours(path))].concat();
        let both = both.into_iter().map(|(name, _)| name);
        let both: BTreeSet<String> = both.filter(|name| !name.starts_with('.')).collect();
        if is_base(path) {
            // Looked up whether they are listed or not.
            let thread = path.contains("task/") || path == "thread-self";
            let table = if thread {
                &self.names.thread
            } else {
                &self.names.group
            };
            let more = both.iter().filter(|name| !table.contains(name));
            return table.iter().chain(more).cloned().collect();
        }
        if !INTO.contains(&last) || depth >= 4 || !self.deep(target) {
            return Vec::new();
        }
        let mut names: Vec<String> = both.into_iter().collect();
        // Threads have the most below them.
        let ends = if last == "task" { 2 } else { ENDS };
        if names.len() > 2 * ends {
            names.drain(ends..names.len() - ends);
        }
        names
    }

    /// The entries of a target that the caller may look into, with the operations that suit them.
    pub(super) fn suited(&self, target: &Target) -> BTreeSet<(String, &'static str)> {
        let mut cells = BTreeSet::new();
        let mut paths = vec![(target.path.clone(), 0)];
        while let Some((path, depth)) = paths.pop() {
            let kind = self.theirs(&path).kind().ok();
            let entry = entry_of(&target.path, &path);
            cells.extend(probe::suited(kind).map(|probe| (entry.clone(), probe.name)));
            if kind == Some(FileType::Directory) {
                let below = self.below(target, &path, depth).into_iter();
                paths.extend(below.map(|name| (format!("{path}/{name}"), depth + 1)));
            }
        }
        cells
    }
}

/// Processes that are unusual in their name alone.
fn unusual_name(target: &Target) -> bool {
    target.name.starts_with("comm:") || target.name.starts_with("title:")
}

/// Whether a path is a process's or thread's own directory.
fn is_base(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_task = last.bytes().all(|byte| byte.is_ascii_digit()) || last.ends_with("self");
    is_task && (!path.contains('/') || path.rsplit('/').nth(1) == Some("task"))
}
