// SPDX-License-Identifier: GPL-2.0

//! Things to do over and over, for whoever watches which instructions are executed.
//!
//! A thing is `read:ENTRY`, `pread:ENTRY`, `stat:ENTRY`, `readlink:ENTRY` or `dir:ENTRY` of a task, or `root`, `stats`, `lookup`,
//! `scan`, `rows:NAME` for 50 rows of a file of `.proc2`, `row:NAME` for a task's row in it, `policy:ENTRY` for `read:` in an instance with a
//! policy, `view:FILE` for a file with the figures of a cgroup, `mount` or `mount:OTHERS`, or `first:OPTIONS:PATH`, the first
//! lookup in an instance with these options.

use std::ffi::CString;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use super::entries::{open, read_once};
use super::fixture::{Fixture, Mount, Side};
use super::processes::{single, Sleepers};
use super::root::{list, Listing};
use super::{clock::Meter, mounts, scan, views};
use anyhow::{bail, Context as _, Result};
use proc2_bench::profile::{GO, REPETITIONS};
use rustix::fs::{readlinkat_raw, statat, AtFlags, CWD};

/// How many tasks are listed, looked up or scanned: few, so that a profile holds it several times.
const SLEEPERS: usize = 10;

/// How many rows `rows:` reads.
const ROWS: usize = 50;

/// What is read into.
const BUFFER: usize = 64 << 10;

/// Where it is done.
pub(super) struct Scene {
    fixture: Fixture,
    /// One with a policy.
    policy: Mount,
    sleepers: Sleepers,
    process: i32,
}

pub(super) type Work<'a> = Box<dyn FnMut() -> Result<()> + 'a>;

/// A thing and where it is done, as a line of a list has them.
pub(super) fn named(line: &str) -> Result<(&str, Side)> {
    let (name, on) = line.split_once(' ').context("a line without a side")?;
    Ok((name, side(on)?))
}

fn side(name: &str) -> Result<Side> {
    Ok(match name {
        "proc2" => Side::Proc2,
        "procfs" => Side::Procfs,
        other => bail!("{other} is neither proc2 nor procfs"),
    })
}

/// stat(2).
pub(super) fn stat(path: &CString) -> Result<()> {
    Ok(statat(CWD, path.as_c_str(), AtFlags::empty()).map(drop)?)
}

impl Scene {
    /// Runs `with` where everything is there. The process that is looked at lives as long.
    pub(super) fn with<R>(with: impl FnOnce(&Self) -> Result<R>) -> Result<R> {
        let fixture = Fixture::new()?;
        let policy = Mount::new(Side::Proc2.fstype(), "policy", "subset=container")?;
        let mut sleepers = Sleepers::default();
        let process = single()?;
        sleepers.grow(SLEEPERS)?;
        with(&Self {
            fixture,
            policy,
            sleepers,
            process: process.id(),
        })
    }

    /// Each of the things in a list, `NAME SIDE` in each line.
    pub(super) fn works(&self, list: &str) -> Result<Vec<Work<'_>>> {
        let work = |line| named(line).and_then(|(name, side)| self.work(name, side));
        list.lines().map(work).collect()
    }

    /// Opens the file that a thing is done with and begins to read it, so that what is allocated for that is in use as long as
    /// the file is; nothing where it is done without one.
    pub(super) fn begun(&self, name: &str, side: Side) -> Result<Option<OwnedFd>> {
        let (what, entry) = name.split_once(':').unwrap_or((name, ""));
        let mount = match what {
            "policy" => &self.policy,
            _ => self.fixture.mount(side),
        };
        let path = match what {
            "read" | "policy" | "dir" => format!("{}/{entry}", self.process),
            "row" => format!(".proc2/{entry}@pid={}", self.process),
            "root" => String::new(),
            _ => return Ok(None),
        };
        let file = open(&mount.path(&path)?)?;
        if !matches!(what, "dir" | "root") {
            rustix::io::read(&file, &mut [0])?;
        }
        Ok(Some(file))
    }

    /// Something to do, done a few times already.
    fn work(&self, name: &str, side: Side) -> Result<Work<'_>> {
        let (what, entry) = name.split_once(':').unwrap_or((name, ""));
        let mount = self.fixture.mount(side);
        let path = mount.path(&format!("{}/{entry}", self.process))?;
        let mut buffer = vec![1; BUFFER];
        let mut work: Work<'_> = match what {
            "read" => Box::new(move || Ok(read_once(&path, &mut buffer).map(drop)?)),
            "pread" => {
                let file = open(&path)?;
                Box::new(move || Ok(rustix::io::pread(&file, &mut buffer, 0).map(drop)?))
            }
            "stat" => Box::new(move || stat(&path)),
            "readlink" => {
                Box::new(move || Ok(readlinkat_raw(CWD, path.as_c_str(), &mut buffer).map(drop)?))
            }
            "dir" => Box::new(move || list(&open(&path)?, &mut buffer).map(drop)),
            "root" => {
                let mut listing = Listing::new(mount, &self.sleepers)?;
                Box::new(move || listing.count(&Meter::short()).map(drop))
            }
            // The others need a fresh instance each time: its making is a part of the profile.
            "stats" => Box::new(move || {
                let mount = Mount::fresh(side, "")?;
                let (_, names) = Listing::new(&mount, &self.sleepers)?.count(&Meter::short())?;
                names.iter().try_for_each(|name| stat(&mount.path(name)?))
            }),
            "lookup" => Box::new(move || {
                let mount = Mount::fresh(side, "")?;
                let ids = self.sleepers.ids().into_iter();
                ids.map(|id| mount.path(&format!("{id}/stat")))
                    .try_for_each(|path| stat(&path?))
            }),
            "scan" => {
                Box::new(move || scan::scan(&Mount::fresh(side, "")?, &self.sleepers).map(drop))
            }
            "view" => {
                let limited = views::Limited::new()?;
                let options = match side {
                    Side::Proc2 => limited.options.as_str(),
                    Side::Procfs => "",
                };
                let mount = Mount::fresh(side, options)?;
                let path = mount.path(entry)?;
                Box::new(move || {
                    let _kept = (&limited, &mount);
                    Ok(read_once(&path, &mut buffer).map(drop)?)
                })
            }
            // The rows of some tasks like those that `make bench` looks at, and so next to none of kernel threads.
            "rows" => {
                let mut tasks = Sleepers::default();
                tasks.grow(ROWS)?;
                let last = tasks.ids().into_iter().max().context("nobody is there")?;
                let path = mount.path(&format!(".proc2/{entry}@pid={}-{last}", tasks.first()?))?;
                Box::new(move || {
                    let _kept = &tasks;
                    Ok(read_once(&path, &mut buffer).map(drop)?)
                })
            }
            // The row of one task.
            "row" => {
                let path = mount.path(&format!(".proc2/{entry}@pid={}", self.process))?;
                Box::new(move || Ok(read_once(&path, &mut buffer).map(drop)?))
            }
            // `read:ENTRY` in an instance with a policy.
            "policy" => {
                let path = self.policy.path(&format!("{}/{entry}", self.process))?;
                Box::new(move || Ok(read_once(&path, &mut buffer).map(drop)?))
            }
            // `first:OPTIONS:PATH`.
            "first" => {
                let (options, path) = entry.split_once(':').unwrap_or(("", entry));
                let (options, path) = (options.to_owned(), path.to_owned());
                Box::new(move || {
                    let mount = Mount::fresh(side, &options)?;
                    stat(&mount.path(&path)?)
                })
            }
            "mount" => {
                let others = match entry {
                    "" => 0,
                    number => number.parse().context("the number of other instances")?,
                };
                let others = mounts::instances(side, others)?;
                Box::new(move || {
                    let _others = &others;
                    mounts::make(side).map(drop)
                })
            }
            other => bail!("{other} is nothing to repeat"),
        };
        for _ in 0..3 {
            work()?;
        }
        Ok(work)
    }
}

/// Tells whoever watches the addresses of this boot, and that the watching can begin.
pub(super) fn announce(what: &str) -> Result<()> {
    fs::copy("/proc/kallsyms", std::env::var("PROC2_BENCH_SYMBOLS")?)?;
    println!("repeating {what}");
    Ok(())
}

/// Shows where one repetition ends and the next begins.
pub(super) fn mark() {
    let _ = rustix::process::getppid();
}

/// Does one thing until the VM is stopped.
pub(crate) fn forever(name: &str, on: &str) -> Result<()> {
    Scene::with(|scene| {
        let mut work = scene.work(name, side(on)?)?;
        announce(name)?;
        loop {
            work()?;
            mark();
        }
    })
}

/// Shows where something begins that is none of what was done before.
pub(super) fn next() {
    let _ = rustix::process::getuid();
}

/// Waits until whoever watches has said so.
pub(super) fn wait_for_go() -> Result<()> {
    let go = std::env::var(GO)?;
    while !Path::new(&go).exists() {
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Says that all is done, and waits: whoever watches ends the VM.
pub(super) fn repeated_each() -> ! {
    println!("repeated each");
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Does each of the things in a file, `NAME SIDE` in each line, a few times, once whoever watches has said so. (Not of the command line,
/// for the tasks here have the same one, which is read.)
pub(crate) fn each(file: &str) -> Result<()> {
    let list = fs::read_to_string(file)?;
    Scene::with(|scene| {
        let mut works = scene.works(&list)?;
        announce("each")?;
        wait_for_go()?;
        for work in &mut works {
            next();
            mark();
            for _ in 0..REPETITIONS {
                work()?;
                mark();
            }
        }
        repeated_each()
    })
}
