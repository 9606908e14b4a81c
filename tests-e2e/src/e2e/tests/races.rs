// SPDX-License-Identifier: GPL-2.0

//! Every operation on every entry of a process that meanwhile executes, ends, is reaped and made
//! again under the same number. What an operation gives is of the task that its directory was
//! opened for, or an error that says that it is gone; never another task's.
//!
//! Each generation marks what it can with a marker of its own, so that data of another one is known
//! when it is seen: its name, command line, environment, mappings, files and working directory.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use anyhow::{anyhow, bail, ensure, Result};
use proc2_e2e::child::in_child_with;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::{openat, FileType, Mode, OFlags};

use super::Test;
use generation::{driver, markers};

mod generation;

pub(crate) use generation::generation;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["races": every_operation]
}

/// The number that every generation gets in its pid namespace.
const NUMBER: i32 = 500;
/// How often each operation is made on each entry of each tree.
const ROUNDS: u32 = 3;
/// And so many more for procfs, where it has not shown an end that the other has.
const MORE_ROUNDS: u32 = 12;
/// What a marker begins with; the number of its generation and a point follow.
const MARKER: &str = "tkn";
/// The operations whose errors are compared.
const NOTED: [&str; 3] = ["whole", "readlink", "readdir"];
/// Left out: something mounted on an entry, which takes long.
const OUT: &str = "mount_on";

fn every_operation() -> Result<()> {
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        mount::attach(&mount::detached("proc", &[])?, "/proc".as_ref())?;
        let trees = ["proc".to_owned(), fstype()];
        let trees = trees.map(|fstype| Instance::new(&fstype, "").and_then(Instance::into_root));
        let [oracle, subject] = trees;
        let (oracle, subject) = (oracle?, subject?);
        let (mut theirs, ours) = (
            Watch::new("procfs", oracle),
            Watch::new("the type under test", subject),
        );
        theirs.see_dead()?;
        let _driver = driver()?;
        let mut watches = [theirs, ours];
        for _ in 0..ROUNDS {
            for watch in &mut watches {
                watch.round()?;
            }
        }
        let [mut theirs, ours] = watches;
        theirs.told()?;
        ours.told()?;
        // Some ends are rare: procfs gets more rounds before one counts as ours alone.
        for _ in 0..MORE_ROUNDS {
            if ours.alone(&theirs).is_none() {
                break;
            }
            theirs.round()?;
        }
        if let Some(text) = ours.alone(&theirs) {
            bail!("{text}");
        }
        Ok(())
    })
}

/// One tree's reader, and what it has seen.
struct Watch {
    tree: &'static str,
    root: OwnedFd,
    operations: u64,
    generations: BTreeSet<u64>,
    gone: u64,
    errors: BTreeMap<String, BTreeSet<String>>,
}

impl Watch {
    fn new(tree: &'static str, root: OwnedFd) -> Self {
        Self {
            tree,
            root,
            operations: 0,
            generations: BTreeSet::new(),
            gone: 0,
            errors: BTreeMap::new(),
        }
    }

    /// Makes every operation on every entry once.
    fn round(&mut self) -> Result<()> {
        for entry in self.entries()? {
            // As long as the same task is there, one descriptor of its directory serves.
            let mut held = None;
            let mut made = BTreeSet::new();
            loop {
                let directory = match held.take() {
                    Some(directory) => directory,
                    None => self.open()?,
                };
                let at = At {
                    root: directory.as_fd(),
                    path: &entry,
                };
                let Ok(kind) = at.kind() else {
                    self.gone += 1;
                    // Operations on what is gone are made as well, once.
                    if made.contains("gone") {
                        continue;
                    }
                    made.insert("gone");
                    self.make(&directory, at, None, &mut made)?;
                    continue;
                };
                if !self.make(&directory, at, Some(kind), &mut made)? {
                    break;
                }
                held = Some(directory);
            }
        }
        Ok(())
    }

    /// Notes how reading ends where a task has ended and is not reaped yet: rounds see that state
    /// seldom, and one of them in one tree only.
    fn see_dead(&mut self) -> Result<()> {
        let dead = target_kinds::zombie()?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = openat(&self.root, dead.id().to_string(), flags, Mode::empty())?;
        let own = At {
            root: directory.as_fd(),
            path: ".",
        };
        let names = probe::listing(own).map_err(|error| anyhow!("listing a zombie: {error}"))?;
        for (name, _) in names {
            let at = At { path: &name, ..own };
            let probes = probe::suited(at.kind().ok());
            for probe in probes.filter(|probe| NOTED.contains(&probe.name)) {
                self.note_error(&name, &(probe.run)(at));
            }
        }
        ensure!(
            self.errors.len() > 5,
            "{}: {:?} of a zombie",
            self.tree,
            self.errors
        );
        Ok(())
    }

    /// Makes the next operation that has not been made yet; false if there is none.
    fn make(
        &mut self,
        directory: &OwnedFd,
        at: At<'_>,
        kind: Option<FileType>,
        made: &mut BTreeSet<&'static str>,
    ) -> Result<bool> {
        let next = probe::suited(kind)
            .find(|probe| probe.name != OUT && (kind.is_none() || !made.contains(probe.name)));
        let Some(probe) = next else { return Ok(false) };
        made.insert(probe.name);
        let outcome = (probe.run)(at);
        self.operations += 1;
        let mut seen = markers(&outcome);
        // What the same descriptor says of its task's name.
        let name = At {
            root: directory.as_fd(),
            path: "comm",
        };
        seen.extend(markers(&probe::read_all(name)));
        ensure!(
            seen.len() <= 1,
            "{}: {} of {}: data of generations {seen:?} through one directory:\n{}",
            self.tree,
            probe.name,
            at.path,
            String::from_utf8_lossy(&outcome)
        );
        self.generations.extend(seen);
        if NOTED.contains(&probe.name) {
            self.note_error(at.path, &outcome);
        }
        Ok(true)
    }

    /// Notes the error that reading has ended with.
    fn note_error(&mut self, entry: &str, outcome: &[u8]) {
        let text = String::from_utf8_lossy(outcome);
        let text = text
            .rsplit('<')
            .next()
            .unwrap_or(&text)
            .trim_end_matches('>');
        let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if text.starts_with('E') && text.bytes().all(capital) {
            let errors = self.errors.entry(entry.into()).or_default();
            errors.insert(text.into());
        }
    }

    /// The directory of whoever has the number now.
    fn open(&mut self) -> Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        for _ in 0..200_000 {
            match openat(&self.root, NUMBER.to_string(), flags, Mode::empty()) {
                Ok(fd) => return Ok(fd),
                Err(error) => ensure!(
                    ["ENOENT", "ESRCH"].contains(&errno::name(error.raw_os_error()).as_str()),
                    "{}: opening the directory gives {error}",
                    self.tree
                ),
            }
            self.gone += 1;
            std::thread::sleep(Duration::from_micros(300));
        }
        anyhow::bail!("{}: no generation came", self.tree)
    }

    /// The names of the entries, and some below them.
    fn entries(&mut self) -> Result<Vec<String>> {
        for _ in 0..1000 {
            let directory = self.open()?;
            let own = At {
                root: directory.as_fd(),
                path: ".",
            };
            let list = probe::listing(own).unwrap_or_default();
            let mut names: Vec<String> = list.into_iter().map(|(name, _)| name).collect();
            if names.len() < 30 {
                // It has ended meanwhile.
                continue;
            }
            names.retain(|name| !name.starts_with('.'));
            let below = [
                "fd/50",
                "fdinfo/50",
                "ns/pid",
                "task/500",
                "task/500/comm",
                "task/500/stat",
            ];
            names.extend(below.map(String::from));
            return Ok(names);
        }
        anyhow::bail!(
            "{}: no generation lives long enough to be listed",
            self.tree
        )
    }

    /// What reading ends with here and not in the other tree, but for the ends that say that the
    /// task is gone.
    fn alone(&self, other: &Self) -> Option<String> {
        let all = self.errors.iter();
        all.flat_map(|(entry, errors)| errors.iter().map(move |error| (entry, error)))
            .find_map(|(entry, error)| {
                let known = other.errors.get(entry);
                let alike = known.is_some_and(|known| known.contains(error));
                let gone = ["ESRCH", "ENOENT"].contains(&error.as_str());
                let text = || format!("{entry} gives {error}; {} gives {known:?}", other.tree);
                (!alike && !gone).then(text)
            })
    }

    /// Fails if there was no race to be seen.
    fn told(&self) -> Result<()> {
        println!(
            "  {}: {} operations, {} generations seen, gone {} times",
            self.tree,
            self.operations,
            self.generations.len(),
            self.gone
        );
        ensure!(self.operations > 4000, "{}: too few operations", self.tree);
        ensure!(
            self.generations.len() > 20,
            "{}: too few generations",
            self.tree
        );
        ensure!(
            self.gone > 20,
            "{}: none ended while it was looked at",
            self.tree
        );
        Ok(())
    }
}
