// SPDX-License-Identifier: GPL-2.0

//! `stat`: what runs counts, what others run is idle time, and nothing goes back.

use std::fs;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::Opt;
use proc2_e2e::patience::{limit, on_debug_kernel};

use super::super::Test;
use super::memory::{viewed, Viewed};
use super::{cpu_rows, read, stat_value};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::counters": own_work, others_work, nice, never_back, elapsed, counts, pids]
}

/// The figures of the sum: user, nice, system, idle.
pub(super) fn sum(viewed: &Viewed) -> Result<[u64; 4]> {
    let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
    Ok([0, 1, 2, 3].map(|field| rows[0].1[field]))
}

fn grown(before: [u64; 4], after: [u64; 4]) -> [u64; 4] {
    [0, 1, 2, 3].map(|field| after[field].saturating_sub(before[field]))
}

/// Seconds in which something runs.
const WHILE: Duration = Duration::from_secs(2);

/// The ticks that the machine counts for the CPU of a row, or for all. Emulated ones may be fewer
/// than there should be.
fn elapsed_on(name: &str) -> Result<u64> {
    let rows = cpu_rows(&fs::read_to_string("/proc/stat")?)?;
    let row = rows.iter().find(|(row, _)| row == name);
    let (_, row) = row.with_context(|| format!("procfs has no {name}"))?;
    Ok(row[..8].iter().sum())
}

/// Work in the group counts as work, on the CPU where it is.
fn own_work() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    viewed.group.write("cpuset.cpus", "1")?;
    let _loop = viewed.group.loops(1)?;
    let (first, before) = (elapsed_on("cpu1")?, sum(&viewed)?);
    std::thread::sleep(WHILE);
    let (after, last) = (sum(&viewed)?, elapsed_on("cpu1")?);
    let (grown, ticks) = (grown(before, after), last - first);
    let busy = grown[0] + grown[1] + grown[2];
    println!("  {grown:?} of {ticks} ticks");
    // Each of the twelve figures loses part of a tick, and the two looks are not one.
    ensure!(
        (busy + grown[3]).abs_diff(ticks) <= 12 + 4,
        "{grown:?} in {ticks} ticks"
    );
    ensure!(busy * 2 >= ticks, "{grown:?} in {ticks} ticks");
    viewed.group.kill()
}

/// Work elsewhere is idle time.
fn others_work() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let other = tree.group("b")?;
    let _loops = other.loops(2)?;
    let (first, before) = (elapsed_on("cpu")?, sum(&viewed)?);
    std::thread::sleep(WHILE);
    let (after, last) = (sum(&viewed)?, elapsed_on("cpu")?);
    let (grown, ticks) = (grown(before, after), last - first);
    println!("  {grown:?} of {ticks} ticks");
    ensure!(grown[0] + grown[1] + grown[2] <= 2, "{grown:?}");
    // What each figure loses, and what passes between the two looks.
    let most = 12 * cgroup_model::online()?.len() as u64 + 4;
    ensure!(
        ticks > most && grown[3].abs_diff(ticks) <= most,
        "{grown:?} in {ticks} ticks"
    );
    other.kill()
}

fn nice() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let _nice = Sleeper::new_unwatched(|| {
        viewed.group.enter()?;
        // SAFETY: nice(2) has no memory effects.
        unsafe { libc::nice(5) };
        proc2_e2e::child::fork_with(0, || loop {
            std::hint::spin_loop();
        })?;
        Ok(())
    })?;
    std::thread::sleep(Duration::from_millis(200));
    let before = sum(&viewed)?;
    std::thread::sleep(WHILE);
    let grown = grown(before, sum(&viewed)?);
    ensure!(grown[1] > 20 && grown[0] <= 2, "{grown:?}");
    viewed.group.kill()
}

/// Loops in and out of the group, and readers: no figure goes back.
fn never_back() -> Result<()> {
    let reads = if on_debug_kernel() { 2_000 } else { 20_000 };
    let moved = never_back_for(reads)?;
    println!("  {reads} reads, {moved} of them other than the one before");
    ensure!(moved > 100, "the figures stand still");
    Ok(())
}

/// So many reads; how many gave other figures than the one before.
pub(in super::super) fn never_back_for(reads: usize) -> Result<u64> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let other = tree.group("b")?;
    let (_ours, _theirs) = (viewed.group.loops(2)?, other.loops(1)?);
    // Waiting for a disk is idle time too, by another count.
    let disk = super::swap::Disk::new(4)?;
    let _waits = Sleeper::new_unwatched(|| {
        other.enter()?;
        proc2_e2e::child::fork_with(0, || loop {
            let _ = disk.read(4 << 20);
            let _ = fs::write("/proc/sys/vm/drop_caches", "1");
        })?;
        Ok(())
    })?;
    let mut last: Option<Vec<u64>> = None;
    let mut moved = 0u64;
    for number in 0..reads {
        let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
        let now: Vec<u64> = rows.into_iter().flat_map(|(_, figures)| figures).collect();
        if let Some(last) = &last {
            let back = last.iter().zip(&now).any(|(was, is)| is < was);
            ensure!(!back, "read {number}: {last:?}, then {now:?}");
            moved += u64::from(*last != now);
        }
        last = Some(now);
    }
    viewed.group.kill()?;
    other.kill()?;
    Ok(moved)
}

/// What a CPU has run and what it has not is the time that it was there: procfs's first eight figures.
fn elapsed() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let _loops = viewed.group.loops(1)?;
    let all = || -> Result<Vec<u64>> {
        let rows = cpu_rows(&fs::read_to_string("/proc/stat")?)?;
        Ok(rows[1..]
            .iter()
            .map(|(_, row)| row[..8].iter().sum())
            .collect())
    };
    let mut compared = 0;
    for _ in 0..limit(500) {
        let before = all()?;
        let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
        let after = all()?;
        for (index, (_, row)) in rows[1..].iter().enumerate() {
            let ours: u64 = row[..4].iter().sum();
            // Each of procfs's eight figures loses part of a tick, and each of ours.
            ensure!(
                ours + 4 >= before[index] && ours <= after[index] + 8,
                "CPU {index}: {ours} ticks, but procfs {} and then {}",
                before[index],
                after[index]
            );
            compared += 1;
        }
    }
    println!("  {compared} comparisons");
    viewed.group.kill()
}

/// Tasks that run, as cgroupfs counts them.
pub(super) fn counts() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let _loops = viewed.group.loops(3)?;
    // One that moves between CPUs is on none for a moment.
    let rested = |wanted: &dyn Fn() -> Result<bool>| -> Result<()> {
        for _ in 0..limit(100) {
            if wanted()? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("three loops are never counted")
    };
    rested(&|| Ok(stat_value(&read(&viewed.instance, "stat")?, "procs_running ")? == 3))?;
    let stat = read(&viewed.instance, "stat")?;
    ensure!(stat_value(&stat, "procs_blocked ")? == 0, "{stat}");
    for (name, wanted) in [
        ("intr ", 0),
        ("ctxt ", 0),
        ("processes ", 0),
        ("softirq ", 0),
    ] {
        ensure!(stat_value(&stat, name)? == wanted, "{stat}");
    }
    let lines = |text: &str| -> Vec<String> {
        let names = text.lines().filter_map(|line| line.split(' ').next());
        names.map(str::to_owned).collect()
    };
    let theirs = fs::read_to_string("/proc/stat")?;
    ensure!(lines(&stat) == lines(&theirs), "{stat}");
    rested(&|| {
        let load = read(&viewed.instance, "loadavg")?;
        let threads = viewed.group.read("cgroup.threads")?.lines().count();
        let counts = load.split(' ').nth(3).unwrap_or_default();
        Ok(counts == format!("3/{threads}"))
    })?;
    viewed.group.kill()
}

/// The last pid is that of the reader's namespace.
fn pids() -> Result<()> {
    let tree = Tree::new()?;
    let init = tree.group("a")?.init()?;
    let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    let last = |text: String| text.split_whitespace().last().map(str::to_owned);
    for _ in 0..limit(100) {
        let before = last(fs::read_to_string("/proc/loadavg")?);
        let ours = last(read(&instance, "loadavg")?);
        if before == last(fs::read_to_string("/proc/loadavg")?) {
            ensure!(ours == before, "{ours:?}, but procfs has {before:?}");
            return Ok(());
        }
    }
    anyhow::bail!("pids are never at rest")
}
