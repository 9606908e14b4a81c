// SPDX-License-Identifier: GPL-2.0

//! Process 1 goes from one cgroup to another and back while others read: what an instance keeps of
//! one cgroup's idle time is never shown as the other's.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::fstype;
use proc2_e2e::mount::{Instance, Opt};
use proc2_e2e::patience::on_debug_kernel;
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::workers::{verdict, Workers};

use super::super::Test;
use super::{cpu_rows, read};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::moves": idle_time]
}

/// The least ticks that one of the two cgroups has run on some CPU, and the other has not.
const APART: u64 = 50;

fn idle_time() -> Result<()> {
    let reads = idle_time_for(if on_debug_kernel() { 200 } else { 1_000 })?;
    println!("  {reads} reads");
    Ok(())
}

/// So many moves; how many times others have read meanwhile.
pub(in super::super) fn idle_time_for(moves: u64) -> Result<u64> {
    let tree = Tree::new()?;
    let (idle, busy) = (tree.group("idle")?, tree.group("busy")?);
    let loops = busy.loops(2)?;
    let init = idle.init()?;
    let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    let numbered = Instance::new(&fstype(), &format!("cgroup={}", busy.id()?))?;
    let ran = |instance| -> Result<Vec<u64>> {
        let rows = cpu_rows(&read(instance, "stat")?)?;
        Ok(rows[1..]
            .iter()
            .map(|(_, row)| row[..3].iter().sum())
            .collect())
    };
    let apart = || -> Result<Vec<u64>> {
        let both = ran(&numbered)?.into_iter().zip(ran(&instance)?);
        Ok(both.map(|(busy, idle)| busy.saturating_sub(idle)).collect())
    };
    // A machine that is busy itself gives the VM little time.
    let until = Instant::now() + Duration::from_secs(120);
    while !apart()?.iter().any(|ticks| *ticks >= APART) {
        ensure!(
            Instant::now() < until,
            "the busy group has run {:?} ticks more than the idle one",
            apart()?
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(loops);
    busy.kill()?;
    let counters = Counters::new()?;
    let mut workers = Workers::new(counters);
    let pid = init.id().to_string();
    workers.work("one who moves process 1", || {
        for group in [&busy, &idle].into_iter().cycle().take(moves as usize) {
            group.write("cgroup.procs", &pid)?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    })?;
    for _ in 0..3 {
        workers.meanwhile("one who reads", || {
            counters.operations.add(1);
            adds_up(&instance)
        })?;
    }
    verdict(workers.finish()?)?;
    Ok(counters.operations.get())
}

/// What a CPU has run and what it has not is the time that it was there, whoever has run.
fn adds_up(instance: &Instance) -> Result<()> {
    let there = || -> Result<Vec<u64>> {
        let rows = cpu_rows(&fs::read_to_string("/proc/stat")?)?;
        let rows = rows[1..].iter();
        Ok(rows.map(|(_, row)| row[..8].iter().sum()).collect())
    };
    let before = there()?;
    let stat = read(instance, "stat")?;
    let after = there()?;
    for (index, (name, row)) in cpu_rows(&stat)?[1..].iter().enumerate() {
        let ours: u64 = row[..4].iter().sum();
        let most = after.get(index).context("a CPU more than procfs has")?;
        // Each of procfs's eight figures loses part of a tick, and each of ours.
        ensure!(
            ours + 4 >= before[index] && ours <= most + 8,
            "{name}: {ours} ticks, but procfs {} and then {most}",
            before[index]
        );
    }
    Ok(())
}
