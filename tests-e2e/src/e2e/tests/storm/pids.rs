// SPDX-License-Identifier: GPL-2.0

//! Process ids that are used again at once: what was opened of one task never shows another.
//!
//! In a pid namespace whose ids soon come round, every task has a marker of its own as its name,
//! its command line and its environment.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use anyhow::{bail, ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::child::{fork_with, in_child_with};
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::light_tasks::LightTasks;
use proc2_e2e::storm::marker::{self, Marker};
use proc2_e2e::storm::program;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};
use rustix::fs::OFlags;
use rustix::mount::MountFlags;
use rustix::process::{kill_process, waitpid, Pid, Signal, WaitOptions};

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": pid_reuse]
}

/// Ids below this one are used once. From here to the last one they are used again and again; the
/// kernel takes no last one that is much lower.
const FIRST: i32 = 300;
const LAST: i32 = 306;

/// What is held of a task: directories, files and links.
const HELD: &[&str] = &[
    "",
    "stat",
    "status",
    "comm",
    "cmdline",
    "environ",
    "auxv",
    "maps",
    "io",
    "limits",
    "sched",
    "mountinfo",
    "fd",
    "fdinfo",
    "task",
    "ns",
    "attr",
    "net",
    "map_files",
];

fn pid_reuse() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_pid_reuse");
    let (bad, counts) = in_child_with(libc::CLONE_NEWPID, || {
        allow_time();
        mount::own_namespace()?;
        rustix::mount::mount("proc", "/proc", "proc", MountFlags::empty(), None)?;
        fs::write("/proc/sys/kernel/pid_max", (LAST + 1).to_string()).context("pid_max")?;
        // Until the ids come round for the first time.
        while LightTasks::new(1)?.pids().all(|id| id < FIRST) {}
        storm(size().of(40, 2000))
    })?;
    for (name, count) in &counts {
        figures.add(name, count);
    }
    figures.print(bad);
    verdict(bad)?;
    for (name, count) in counts {
        ensure!(count > 0, "{name} is 0: nothing was tried");
    }
    Ok(())
}

type Counts = Vec<(String, u64)>;

fn storm(quota: u64) -> Result<(usize, Counts)> {
    let counters = Counters::new()?;
    let directory = mount::new_directory()?;
    let tiny = directory.join("tiny");
    program::write(&tiny)?;
    let instance = Instance::new(&fstype(), "")?;
    let mut workers = Workers::new(counters);
    workers.work("one who holds", || {
        while counters.rounds.get() < quota {
            hold(counters, &instance, &tiny)?;
            counters.rounds.add(1);
        }
        Ok(())
    })?;
    for number in 0..2 {
        let root = instance.root()?;
        let mut rng = Rng::with_seed(seed() * 10_000 + number);
        workers.meanwhile("one who looks", || look(counters, &root, &mut rng))?;
    }
    let bad = workers.finish()?;
    let counts = [
        ("tasks", counters.tasks.get()),
        ("reused_while_held", counters.busy.get()),
        ("operations", counters.operations.get()),
        ("looks_across_an_end", counters.refused.get()),
    ];
    Ok((bad, counts.map(|(name, count)| (name.into(), count)).into()))
}

/// Starts a task with a marker and waits until it has it everywhere.
fn start(counters: &'static Counters, tiny: &Path) -> Result<(Pid, Marker)> {
    let marker = Marker::new(counters.tasks.add(1));
    let text = marker.text();
    let pid = fork_with(0, || {
        eprintln!("{:#}", program::become_it(tiny, text, &format!("T={text}")));
        1
    })?;
    let comm = format!("/proc/{}/comm", pid.as_raw_nonzero());
    for _ in 0..20_000 {
        if fs::read(&comm).is_ok_and(|comm| comm.trim_ascii_end() == text.as_bytes()) {
            return Ok((pid, marker));
        }
        std::thread::yield_now();
    }
    bail!("{comm} does not become {text}")
}

fn end(pid: Pid) -> Result<()> {
    kill_process(pid, Signal::KILL)?;
    waitpid(Some(pid), WaitOptions::empty())?.context("a task vanished")?;
    Ok(())
}

/// Holds all of a task, lets others come until one has its id, and reads what is held.
fn hold(counters: &'static Counters, instance: &Instance, tiny: &Path) -> Result<()> {
    let (pid, marker) = start(counters, tiny)?;
    let id = pid.as_raw_nonzero().get();
    let root = instance.root()?;
    let mut held = Vec::new();
    for entry in HELD {
        let path = format!("{id}/{entry}");
        for flags in [OFlags::RDONLY, OFlags::PATH] {
            let at = At {
                root: root.as_fd(),
                path: &path,
            };
            if let Ok(fd) = at.open(flags) {
                held.push((path.clone(), fd));
            }
        }
    }
    ensure!(held.len() > HELD.len(), "only {} were opened", held.len());
    end(pid)?;
    for _ in 0..100 {
        let (next, other) = start(counters, tiny)?;
        let same = next == pid;
        if same {
            counters.busy.add(1);
            for (path, fd) in &held {
                counters.operations.add(1);
                let shown = marker::shown_by(fd);
                ensure!(
                    !shown.contains(&other) && shown.iter().all(|shown| *shown == marker),
                    "{path} was {}'s and shows {shown:?} when {} has its id",
                    marker.text(),
                    other.text()
                );
            }
            fresh(&root, id, &other)?;
        }
        end(next)?;
        if same {
            return Ok(());
        }
    }
    bail!("the process id {id} does not come round")
}

/// The path, looked up anew, shows the task that has the id now.
fn fresh(root: &OwnedFd, id: i32, owner: &Marker) -> Result<()> {
    let path = format!("{id}/comm");
    let comm = probe::read_all(At {
        root: root.as_fd(),
        path: &path,
    });
    ensure!(
        comm.trim_ascii_end() == owner.text().as_bytes(),
        "{path} is {:?} and not {}",
        String::from_utf8_lossy(&comm),
        owner.text()
    );
    Ok(())
}

/// Opens a directory of whatever task there is and reads it for a while: one marker, or none.
fn look(counters: &'static Counters, root: &OwnedFd, rng: &mut Rng) -> Result<()> {
    let id = rng.i32(FIRST..=LAST).to_string();
    let at = At {
        root: root.as_fd(),
        path: &id,
    };
    let Ok(directory) = at.open(OFlags::RDONLY | OFlags::DIRECTORY) else {
        std::thread::yield_now();
        return Ok(());
    };
    let mut seen: Vec<Marker> = Vec::new();
    for _ in 0..rng.u8(2..12) {
        counters.operations.add(1);
        let shown = marker::shown_by(&directory);
        if shown.is_empty() && !seen.is_empty() {
            counters.refused.add(1);
            break;
        }
        seen.extend(shown);
        seen.sort();
        seen.dedup();
        ensure!(seen.len() < 2, "one directory of {id} shows {seen:?}");
    }
    Ok(())
}
