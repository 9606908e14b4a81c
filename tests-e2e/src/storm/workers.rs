// SPDX-License-Identifier: GPL-2.0

//! Processes that work at the same time: some until their work is done, the others until the first
//! ones are finished.

use anyhow::{ensure, Context as _, Result};
use rustix::process::{waitpid, Pid, WaitOptions};

use super::counters::Counters;
use super::size::allow_time;
use crate::child::fork_with;

/// A round that every member must have made: one that never got to work proves nothing.
const LEAST_ROUNDS: u64 = 2;

/// The processes of one storm.
pub struct Workers {
    /// What they share.
    pub counters: &'static Counters,
    workers: Vec<(String, Pid)>,
    others: Vec<(String, Pid)>,
}

impl Workers {
    /// Nobody yet.
    pub fn new(counters: &'static Counters) -> Self {
        Self {
            counters,
            workers: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Starts a process that does a work of its own length.
    pub fn work(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let pid = start(name, work)?;
        self.workers.push((name.into(), pid));
        Ok(())
    }

    /// Starts a process that repeats `round` until all work is done.
    pub fn meanwhile(&mut self, name: &str, mut round: impl FnMut() -> Result<()>) -> Result<()> {
        let counters = self.counters;
        let pid = start(name, || {
            let mut rounds = 0;
            while counters.goes_on() || rounds < LEAST_ROUNDS {
                round()?;
                rounds += 1;
            }
            Ok(())
        })?;
        self.others.push((name.into(), pid));
        Ok(())
    }

    /// Waits for the workers and then for the others; how many of them ended badly.
    pub fn finish(self) -> Result<usize> {
        let mut bad = 0;
        for (name, pid) in self.workers {
            bad += usize::from(!ended_well(&name, pid)?);
        }
        self.counters.stop.set(1);
        for (name, pid) in self.others {
            bad += usize::from(!ended_well(&name, pid)?);
        }
        Ok(bad)
    }
}

fn start(name: &str, work: impl FnOnce() -> Result<()>) -> Result<Pid> {
    fork_with(0, || {
        allow_time();
        match work() {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                1
            }
        }
    })
}

fn ended_well(name: &str, pid: Pid) -> Result<bool> {
    let (_, status) = waitpid(Some(pid), WaitOptions::empty())?.context("a process vanished")?;
    let well = status.exit_status() == Some(0);
    if !well {
        eprintln!("{name} ended with {status:?}");
    }
    Ok(well)
}

/// A verdict of a storm in words.
pub fn verdict(bad: usize) -> Result<()> {
    ensure!(
        bad == 0,
        "{bad} of the storm's processes ended badly: see above"
    );
    Ok(())
}
