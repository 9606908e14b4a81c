// SPDX-License-Identifier: GPL-2.0

//! Task entries beside procfs's: every entry of every target, for every caller, under every
//! hidepid mode, by every way to look.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, Caller, EXEMPT};
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::target::{self, Target};
use proc2_e2e::{fstype, is_procfs};
use rustix::fs::{statat, AtFlags, FileType};

use super::normal;
use super::Test;

/// Entries that must be there, with whether a thread's directory has them too. Written by hand
/// from the issue, so that a row lost from proc2's table is noticed.
const ENTRIES: &[(&str, bool)] = &[
    ("task", false),
    ("fd", true),
    ("fdinfo", true),
    ("ns", true),
    ("net", true),
    ("environ", true),
    ("auxv", true),
    ("status", true),
    ("personality", true),
    ("limits", true),
    ("comm", true),
    ("cmdline", true),
    ("stat", true),
    ("statm", true),
    ("cwd", true),
    ("root", true),
    ("exe", true),
    ("mounts", true),
    ("mountinfo", true),
    ("wchan", true),
    ("cgroup", true),
    ("oom_score", true),
    ("io", true),
];

/// The operations that even a brief look makes.
const BRIEF: &[&str] = &["stat", "access", "opens", "whole", "readlink", "follow"];

/// Of these, the operations that read nothing.
const HARMLESS: &[&str] = &["stat", "access", "opens"];

/// Entries that tell the time: what is read of them at an offset has no shape.
const RESTLESS: &[&str] = &["sched"];

pub(super) fn tests() -> Vec<Test> {
    super::tests!["oracle": off, noaccess, invisible, invisible_without_gid, ptraceable]
}

fn off() -> Result<()> {
    all_callers(&format!("hidepid=off,gid={EXEMPT}"))
}

fn noaccess() -> Result<()> {
    all_callers(&format!("hidepid=noaccess,gid={EXEMPT}"))
}

fn invisible() -> Result<()> {
    all_callers(&format!("hidepid=invisible,gid={EXEMPT}"))
}

/// Without gid=, group 0 is the exempt one.
fn invisible_without_gid() -> Result<()> {
    all_callers("hidepid=invisible")
}

fn ptraceable() -> Result<()> {
    all_callers(&format!("hidepid=ptraceable,gid={EXEMPT}"))
}

fn all_callers(options: &str) -> Result<()> {
    let targets = target::all()?;
    let mut tally = Tally::default();
    for caller in caller::ALL {
        // Fresh instances: nothing that another caller looked up is cached.
        let (oracle, subject) = (
            Instance::new("proc", options)?,
            Instance::new(&fstype(), options)?,
        );
        let looked = in_child(|| {
            caller.become_it()?;
            Look {
                options,
                caller,
                oracle: oracle.root()?,
                subject: subject.root()?,
            }
            .all(&targets)
        });
        tally.add(looked.with_context(|| format!("{options}, caller {}", caller.name))?);
    }
    tally.verdict(15_000)
}

/// One caller's look at two trees with the same options.
struct Look<'a> {
    options: &'a str,
    caller: &'a Caller,
    oracle: OwnedFd,
    subject: OwnedFd,
}

impl Look<'_> {
    fn all(&self, targets: &[Target]) -> Result<Tally> {
        let mut tally = Tally::default();
        // Modes ask who looks at whose process, not what it is called.
        let named = |target: &&Target| {
            target.name.starts_with("comm:") || target.name.starts_with("title:")
        };
        for target in targets.iter().filter(|target| self.off() || !named(target)) {
            self.path(&mut tally, target, &target.path, 0)?;
        }
        Ok(tally)
    }

    fn ours<'p>(&'p self, path: &'p str) -> At<'p> {
        At {
            root: self.subject.as_fd(),
            path,
        }
    }

    fn theirs<'p>(&'p self, path: &'p str) -> At<'p> {
        At {
            root: self.oracle.as_fd(),
            path,
        }
    }

    fn off(&self) -> bool {
        self.options.contains("hidepid=off")
    }

    /// Whether the directories below a target's are looked into.
    fn deep(&self, target: &Target) -> bool {
        let everything = self.off() && ["user", "root"].contains(&self.caller.name);
        everything || ["self", "another user's", "threads", "zombie"].contains(&target.name)
    }

    /// Whether a path is looked at by all operations or by those in [`BRIEF`] alone: what a mode
    /// does not hide is as under `off`, a thread's entries are its process's rows, and callers
    /// differ in what they may do more than in how.
    fn thorough(&self, target: &Target, path: &str) -> bool {
        let among = |names: &[&str]| names.contains(&target.name);
        if ["member", "root-without-ptrace"].contains(&self.caller.name) {
            return among(&["another user's"]);
        }
        let off = self.off();
        if path.contains("/task/") || path.contains("/fd/") || path.contains("/fdinfo/") {
            return off && among(&["threads", "dead leader", "open files"]);
        }
        // Processes that are unusual in their name alone.
        if target.name.starts_with("comm:") || target.name.starts_with("title:") {
            let entry = path.rsplit('/').next().unwrap_or(path);
            return off && ["comm", "status", "stat", "cmdline", "environ"].contains(&entry);
        }
        off || among(&[
            "self",
            "the user's",
            "another user's",
            "undumpable",
            "zombie",
        ])
    }

    fn what(&self, target: &Target, path: &str, operation: &str) -> String {
        let (options, caller) = (self.options, self.caller.name);
        format!(
            "[{options}] {caller} looks at {} ({path}): {operation}",
            target.name
        )
    }

    /// Compares one path by every operation that suits it, and what is below it.
    fn path(&self, tally: &mut Tally, target: &Target, path: &str, depth: u32) -> Result<()> {
        // Links stand for themselves, but self and thread-self lead on.
        let kind = match depth {
            0 => statat(&self.oracle, path, AtFlags::empty())
                .map(|stat| FileType::from_raw_mode(stat.st_mode)),
            _ => self.theirs(path).kind(),
        };
        let entry = path.rsplit('/').next().unwrap_or(path);
        let thorough = self.thorough(target, path) && !RESTLESS.contains(&entry);
        for probe in probe::suited(kind.ok()) {
            // A symbolic link at the root is compared by the tests of the root.
            if depth == 0 && path.ends_with("self") || !thorough && !BRIEF.contains(&probe.name) {
                continue;
            }
            // The caller's own kernel stack is that of the very function that shows it.
            if entry == "stack" && path.contains("self") && !HARMLESS.contains(&probe.name) {
                continue;
            }
            // The caller's own descriptors include the two roots: one of them is on this mount.
            if probe.name == "constrained" && path.contains("self") && path.contains("/fd/") {
                continue;
            }
            tally.compare(
                || self.what(target, path, probe.name),
                || (probe.run)(self.theirs(path)),
                || (probe.run)(self.ours(path)),
                |bytes| normal::without_counters(entry, bytes),
            );
        }
        if kind == Ok(FileType::Directory) || kind.is_err() && depth == 0 {
            self.directory(tally, target, path, depth)?;
        }
        if kind == Ok(FileType::RegularFile) && writable_without_effect(entry) {
            tally.compare(
                || self.what(target, path, "write"),
                || probe::write_outcome(self.theirs(path), b"x").into(),
                || probe::write_outcome(self.ours(path), b"x").into(),
                |_| None,
            );
        }
        Ok(())
    }

    /// Compares a directory's names, link count and entries.
    fn directory(&self, tally: &mut Tally, target: &Target, path: &str, depth: u32) -> Result<()> {
        let base = is_base(path);
        let entry = path.rsplit('/').next().unwrap_or(path);
        // Base directories may lack entries that are still to be written, never have others.
        let present: BTreeSet<String> = match probe::listing(self.ours(path)) {
            Ok(list) => list.into_iter().map(|(name, _)| name).collect(),
            Err(_) => BTreeSet::new(),
        };
        let names = |at: At<'_>, all: bool| match probe::listing(at) {
            Ok(list) => {
                let kept = list
                    .iter()
                    .filter(|(name, _)| all || present.contains(name));
                kept.map(|(name, kind)| format!("{name} {kind}\n"))
                    .collect::<String>()
                    .into_bytes()
            }
            Err(text) => text.into_bytes(),
        };
        let exact = !base;
        if entry != "net" {
            tally.compare(
                || self.what(target, path, "readdir"),
                || names(self.theirs(path), exact),
                || names(self.ours(path), true),
                |_| None,
            );
            self.links(tally, target, path, &present);
        }
        let mut below: Vec<String> = Vec::new();
        if base {
            // Hand-written names and whatever else proc2 shows: looked up whether listed or not.
            let thread = path.contains("task/") || path == "thread-self";
            let must = ENTRIES
                .iter()
                .filter(|(_, both)| *both || !thread)
                .map(|(name, _)| *name);
            below.extend(must.map(String::from));
            let more = present.iter().filter(|name| !below.contains(name)).cloned();
            below.extend(
                more.filter(|n| !is_procfs() && !n.starts_with('.'))
                    .collect::<Vec<_>>(),
            );
            if !present.is_empty() {
                let listed = ENTRIES.iter().filter(|(name, both)| {
                    (*both || !thread) && exists(self.theirs(&format!("{path}/{name}")))
                });
                for (name, _) in listed {
                    ensure!(present.contains(*name), "{path} has no entry {name}");
                }
            }
        } else if ["fd", "fdinfo", "ns", "task"].contains(&entry) && depth < 4 && self.deep(target)
        {
            below.extend(present.into_iter().filter(|name| !name.starts_with('.')));
        }
        for name in below {
            self.path(tally, target, &format!("{path}/{name}"), depth + 1)?;
        }
        Ok(())
    }

    /// Compares a directory's link count: procfs's, less the directories that are still missing.
    fn links(&self, tally: &mut Tally, target: &Target, path: &str, present: &BTreeSet<String>) {
        let count = |at: At<'_>| statat(at.root, at.path, AtFlags::empty()).map(|s| s.st_nlink);
        let missing = || {
            let list = probe::listing(self.theirs(path)).unwrap_or_default();
            let directories = list.iter().filter(|(_, kind)| kind == "Directory");
            directories
                .filter(|(name, _)| !present.contains(name))
                .count() as u64
        };
        tally.compare(
            || self.what(target, path, "link count"),
            || match count(self.theirs(path)) {
                Ok(links) if !present.is_empty() => format!("{}", links - missing()).into(),
                other => format!("{:?}", other.is_ok()).into(),
            },
            || match count(self.ours(path)) {
                Ok(links) if !present.is_empty() => format!("{links}").into(),
                other => format!("{:?}", other.is_ok()).into(),
            },
            |_| None,
        );
    }
}

/// Whether a path is a process's or thread's own directory.
fn is_base(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_task = last.bytes().all(|byte| byte.is_ascii_digit()) || last.ends_with("self");
    is_task && (!path.contains('/') || path.contains("task/"))
}

fn exists(at: At<'_>) -> bool {
    at.kind().is_ok()
}

/// Entries that no write changes; a write to them fails, and how is compared.
fn writable_without_effect(entry: &str) -> bool {
    const SETTABLE: &[&str] = &["comm"];
    ENTRIES.iter().any(|(name, _)| *name == entry) && !SETTABLE.contains(&entry)
}
