// SPDX-License-Identifier: GPL-2.0

//! Lives of processes, each a few random steps: new names, credentials, namespaces, control groups,
//! threads, files, another program, and an end of some kind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fastrand::Rng;
use rustix::fs::MemfdFlags;
use rustix::process::{
    set_dumpable_behavior, set_parent_process_death_signal, DumpableBehavior, Signal,
};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::counters::Counters;
use super::program;
use crate::caller::{become_user, OTHER, USER};
use crate::child::{fork_with, sleep_forever};

/// What lives need around them.
pub struct World {
    /// A program for execve(2).
    program: PathBuf,
    /// Control groups to move between.
    groups: Vec<PathBuf>,
}

const GROUPS: &str = "/sys/fs/cgroup";

impl World {
    /// Makes the program and the control groups.
    pub fn new(directory: &Path) -> Result<Self> {
        let program = directory.join("tiny");
        program::write(&program)?;
        let mut groups = vec![PathBuf::from(GROUPS)];
        for name in ["storm-one", "storm-two"] {
            let group = Path::new(GROUPS).join(format!("{name}-{}", std::process::id()));
            fs::create_dir(&group).with_context(|| format!("making {}", group.display()))?;
            groups.push(group);
        }
        Ok(Self { program, groups })
    }

    /// Starts a process that lives; its id.
    pub fn start(&self, counters: &'static Counters, mut rng: Rng) -> Result<rustix::process::Pid> {
        counters.tasks.add(1);
        fork_with(0, || self.live(counters, &mut rng))
    }

    /// A life: steps, then an end.
    fn live(&self, counters: &'static Counters, rng: &mut Rng) -> i32 {
        // Nobody outlives a storm that was broken off.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        for _ in 0..rng.u8(1..6) {
            // A step that is refused, for lack of rights or of anything else, is a step as well.
            if self.step(counters, rng).is_err() {
                counters.refused.add(1);
            }
        }
        match rng.u8(0..5) {
            0 => return 0,
            1 => {
                // SAFETY: kill(2) has no memory effects.
                unsafe { libc::raise(libc::SIGKILL) };
            }
            2 => {
                let name: String = (0..rng.u8(0..20)).map(|_| rng.alphanumeric()).collect();
                let _ = program::become_it(&self.program, &name, "STORM=1");
            }
            3 => {
                // The leader goes, its threads, if it has any, live on until they are killed.
                // SAFETY: ends the calling thread alone.
                unsafe { libc::syscall(libc::SYS_exit, 0) };
            }
            _ => {}
        }
        sleep_forever()
    }

    fn step(&self, counters: &'static Counters, rng: &mut Rng) -> Result<()> {
        match rng.u8(0..12) {
            0 => {
                let name: Vec<u8> = (0..rng.u8(0..15)).map(|_| rng.u8(1..)).collect();
                rustix::thread::set_name(&std::ffi::CString::new(name)?)?;
            }
            1 => become_user(if rng.bool() { USER } else { OTHER })?,
            2 => {
                let group = &self.groups[rng.usize(..self.groups.len())];
                fs::write(group.join("cgroup.procs"), "0")?;
            }
            3 | 4 => namespace(rng)?,
            5 | 6 => threads(counters, rng)?,
            7 => {
                let memory = rustix::fs::memfd_create("storm", MemfdFlags::CLOEXEC)?;
                rustix::fs::ftruncate(&memory, 1 << 20)?;
                std::mem::forget(memory);
            }
            8 => {
                rustix::process::setsid()?;
            }
            9 => set_dumpable_behavior(if rng.bool() {
                DumpableBehavior::Dumpable
            } else {
                DumpableBehavior::NotDumpable
            })?,
            10 => {
                // An orphan, for the first process to reap.
                counters.tasks.add(1);
                fork_with(0, || 0)?;
            }
            _ => {
                let mut buffer = vec![1u8; rng.usize(1..1 << 18)];
                buffer.fill(2);
                std::mem::forget(buffer);
            }
        }
        Ok(())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for group in &self.groups[1..] {
            // Whoever is still in there is on the way out.
            for _ in 0..100 {
                if fs::remove_dir(group).is_ok() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}

fn namespace(rng: &mut Rng) -> Result<()> {
    let kinds = [
        UnshareFlags::NEWUTS,
        UnshareFlags::NEWIPC,
        UnshareFlags::NEWCGROUP,
        UnshareFlags::NEWPID,
        UnshareFlags::NEWUSER,
        UnshareFlags::NEWTIME,
        UnshareFlags::NEWNS,
        // A network takes long to make and to unmake.
        if rng.u8(0..8) == 0 {
            UnshareFlags::NEWNET
        } else {
            UnshareFlags::NEWUTS
        },
    ];
    // SAFETY: none of these is memory; descriptors and directories are not unshared.
    unsafe { unshare_unsafe(kinds[rng.usize(..kinds.len())]) }?;
    Ok(())
}

fn threads(counters: &'static Counters, rng: &mut Rng) -> Result<()> {
    for _ in 0..rng.u8(1..4) {
        let stays = rng.bool();
        let builder = std::thread::Builder::new().stack_size(32 << 10);
        builder.spawn(move || {
            if stays {
                sleep_forever();
            }
        })?;
        counters.tasks.add(1);
    }
    Ok(())
}
