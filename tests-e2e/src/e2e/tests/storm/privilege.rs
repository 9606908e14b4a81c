// SPDX-License-Identifier: GPL-2.0

//! Processes that gain and lose privileges all the time, while others look: proc2 never gives what
//! procfs refuses at that moment.
//!
//! The moment is compared: procfs refuses before and after, and between the two nothing was opened
//! (see `storm::flip`). Another procfs is looked at in the same way, as often: what it gives in
//! such a moment is a race of procfs's own, which is noted.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::caller::{self, Caller};
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::flip;
use proc2_e2e::storm::restricted::{look, Look, RESTRICTED};
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};
use rustix::fs::{openat, Mode, OFlags};
use rustix::mount::MountFlags;
use rustix::process::{waitpid, WaitOptions};
use rustix::thread::{capabilities, set_capabilities, CapabilitySet};

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": privilege]
}

/// Processes whose privileges change.
const TARGETS: usize = 3;

/// Root that puts its capabilities aside and takes them up again.
const CHANGING: Caller = Caller {
    name: "root with changing capabilities",
    ..caller::ROOT
};

fn privilege() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_privilege");
    let program = set_user_id_program()?;
    let file = Counters::file()?;
    let counters = Counters::of_file(&file)?;
    let targets: Vec<Sleeper> = (0..TARGETS)
        .map(|number| {
            Sleeper::new_unwatched(|| {
                caller::become_user(caller::USER)?;
                Err(flip::become_it(
                    &program,
                    &file,
                    number,
                    seed() + number as u64,
                ))
            })
        })
        .collect::<Result<_>>()?;
    let pids: Vec<i32> = targets.iter().map(Sleeper::id).collect();
    let quota = Quota {
        brackets: size().of(4000, 400_000),
        programs: size().of(50, 5000),
    };
    let mut workers = Workers::new(counters);
    let observers = [
        (caller::ORDINARY, ""),
        (caller::ORDINARY, "hidepid=noaccess"),
        (caller::ORDINARY, "hidepid=invisible"),
        (CHANGING, "hidepid=ptraceable"),
    ];
    for (number, (caller, list)) in (0..).zip(observers) {
        let trees = Trees::new(list)?;
        let rng = Rng::with_seed(seed() * 77 + number);
        let name = format!("{} with {list:?}", caller.name);
        workers.work(&name, || {
            Observer {
                counters,
                caller,
                trees,
                pids: &pids,
                rng,
            }
            .watch(quota)
        })?;
    }
    for pid in &pids {
        workers.meanwhile("a tracer", || trace(counters, *pid))?;
    }
    let bad = workers.finish()?;
    let alive = pids
        .iter()
        .filter(|pid| Path::new(&format!("/proc/{pid}")).exists());
    ensure!(
        alive.count() == TARGETS,
        "a process that flips has ended: see above"
    );
    figures
        .add("operations", counters.operations.get())
        .add("brackets", counters.tasks.get())
        .add("given_rightly", counters.mounts.get())
        .add("programs_executed", counters.rounds.get())
        .add("traced", counters.busy.get())
        .add("races_of_procfs", counters.remounts.get())
        .print(bad);
    verdict(bad)?;
    for (what, count) in [
        ("refusals in a bracket", counters.tasks.get()),
        ("things given", counters.mounts.get()),
        ("programs executed", counters.rounds.get()),
        ("tracings", counters.busy.get()),
    ] {
        ensure!(count > 20, "only {count} {what}: nothing was raced with");
    }
    Ok(())
}

/// This program, where set-user-id counts.
fn set_user_id_program() -> Result<PathBuf> {
    let place = mount::new_directory()?;
    rustix::mount::mount("tmpfs", &place, "tmpfs", MountFlags::empty(), c"mode=755")?;
    let program = place.join("flip");
    fs::copy(std::env::current_exe()?, &program).context("copying the program")?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755))?;
    Ok(program)
}

/// procfs, another procfs, and the type under test, with the same options.
struct Trees {
    oracle: OwnedFd,
    control: OwnedFd,
    subject: OwnedFd,
}

impl Trees {
    fn new(list: &str) -> Result<Self> {
        Ok(Self {
            oracle: Instance::new("proc", list)?.into_root()?,
            control: Instance::new("proc", list)?.into_root()?,
            subject: Instance::new(&fstype(), list)?.into_root()?,
        })
    }
}

/// When it is enough.
#[derive(Clone, Copy)]
struct Quota {
    brackets: u64,
    programs: u64,
}

struct Observer<'a> {
    counters: &'static Counters,
    caller: Caller,
    trees: Trees,
    pids: &'a [i32],
    rng: Rng,
}

impl Observer<'_> {
    /// Looks until all observers together have seen enough.
    fn watch(mut self, quota: Quota) -> Result<()> {
        // Those who are looked at come first: they must change.
        rustix::process::nice(10)?;
        self.caller.become_it()?;
        let changes = self.caller.name == CHANGING.name;
        while self.counters.tasks.get() < quota.brackets
            || self.counters.rounds.get() < quota.programs
        {
            let target = self.rng.usize(..self.pids.len());
            let directory = match self.rng.u8(0..3) {
                0 => format!("{0}/task/{0}", self.pids[target]),
                _ => self.pids[target].to_string(),
            };
            if changes {
                capable(true)?;
            }
            // Held descriptors of the directory, opened while it was open or not; or none.
            let held = self.rng.bool();
            let open = |root: &OwnedFd| {
                let flags = OFlags::PATH | OFlags::CLOEXEC;
                openat(root, &directory, flags, Mode::empty())
            };
            let trees = &self.trees;
            let (oracle, control, subject) = (
                open(&trees.oracle),
                open(&trees.control),
                open(&trees.subject),
            );
            if changes {
                capable(false)?;
            }
            for _ in 0..8 {
                let entry = &RESTRICTED[self.rng.usize(..RESTRICTED.len())];
                let by_path = format!("{directory}/{}", entry.path);
                let at = |root: &OwnedFd, dir: &rustix::io::Result<OwnedFd>| match dir {
                    Ok(dir) if held => look(dir.as_fd(), entry.path, entry),
                    _ => look(root.as_fd(), &by_path, entry),
                };
                let openings = || {
                    let widened = self.counters.widened[target].get();
                    let executed = self.counters.executed[target].get();
                    [widened, executed * u64::from(entry.opened_by_exec)]
                };
                let begun = openings();
                let before = at(&trees.oracle, &oracle);
                let ours = at(&trees.subject, &subject);
                let theirs = at(&trees.control, &control);
                let after = at(&trees.oracle, &oracle);
                let opened = begun.iter().any(|count| count % 2 == 1) || openings() != begun;
                self.counters.operations.add(4);
                if ours.gives() && before.gives() {
                    self.counters.mounts.add(1);
                }
                if opened || before != Look::Refused || after != Look::Refused {
                    continue;
                }
                self.counters.tasks.add(1);
                if theirs.gives() {
                    self.counters.remounts.add(1);
                }
                ensure!(
                    !ours.gives(),
                    "{directory}/{}{}: procfs refuses before and after, and here it is {ours:?}",
                    entry.path,
                    if held {
                        " through a held descriptor"
                    } else {
                        ""
                    }
                );
            }
        }
        Ok(())
    }
}

/// Takes the capabilities that open others' processes, or puts them aside.
fn capable(wanted: bool) -> Result<()> {
    let mut sets = capabilities(None)?;
    let those = CapabilitySet::SYS_PTRACE | CapabilitySet::PERFMON | CapabilitySet::SYS_ADMIN;
    sets.effective.set(those, wanted);
    Ok(set_capabilities(None, sets)?)
}

/// Attaches to the process, stops it, and lets it go.
fn trace(counters: &'static Counters, pid: i32) -> Result<()> {
    std::thread::sleep(std::time::Duration::from_millis(3));
    // SAFETY: none of these requests takes a pointer.
    let request = |request: libc::c_uint| unsafe { libc::ptrace(request, pid, 0, 0) };
    if request(libc::PTRACE_SEIZE) != 0 {
        return Ok(()); // it is in the middle of something
    }
    if request(libc::PTRACE_INTERRUPT) == 0 {
        waitpid(rustix::process::Pid::from_raw(pid), WaitOptions::UNTRACED)?;
    }
    if request(libc::PTRACE_DETACH) == 0 {
        counters.busy.add(1);
    }
    Ok(())
}
