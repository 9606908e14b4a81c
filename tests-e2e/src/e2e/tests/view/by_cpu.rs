// SPDX-License-Identifier: GPL-2.0

//! Times by CPU, of which cgroupfs has no file: the first version's `cpuacct` counts the same ticks
//! of the same tasks by CPU, in code and memory of its own.

use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::{Group, Tree};
use proc2_e2e::cgroups_v1::Hierarchy;
use proc2_e2e::child::{fork_with, Sleeper};
use proc2_e2e::fstype;
use proc2_e2e::kernel;
use proc2_e2e::mount::Instance;
use proc2_e2e::patience::limit;

use super::super::Test;
use super::{cpu_rows, read};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::by_cpu": as_counted_elsewhere]
}

/// A tick of `stat`, in nanoseconds.
const TICK: u64 = 10_000_000;

/// So many ticks must have run on each CPU, and of each kind.
const WANTED: u64 = 50;

/// What each CPU has run, user and system: in nanoseconds, by `cpuacct.usage_all`.
fn counted(group: &Group) -> Result<Vec<[u64; 2]>> {
    let text = group.read("cpuacct.usage_all")?;
    let row = |line: &str| {
        let figures = line.split_whitespace().skip(1).map(str::parse);
        let figures = figures.collect::<Result<Vec<u64>, _>>()?;
        figures.try_into().ok().with_context(|| text.clone())
    };
    text.lines().skip(1).map(row).collect()
}

/// The same in ticks, by the view, nice within user.
fn shown(instance: &Instance) -> Result<Vec<[u64; 2]>> {
    let rows = cpu_rows(&read(instance, "stat")?)?;
    let rows = rows[1..].iter();
    Ok(rows.map(|(_, row)| [row[0] + row[1], row[2]]).collect())
}

/// No task of it runs any more, and what has run is counted.
fn freeze(group: &Group, frozen: bool) -> Result<()> {
    group.write("cgroup.freeze", if frozen { "1" } else { "0" })?;
    let wanted = format!("frozen {}", u8::from(frozen));
    for _ in 0..limit(1000) {
        if group.read("cgroup.events")?.contains(&wanted) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    anyhow::bail!("the group does not become {wanted}")
}

/// A process in both groups that works: by itself, as a nice one, or in the kernel.
fn works(both: [&Group; 2], work: fn() -> i32) -> Result<Sleeper> {
    Sleeper::new_unwatched(|| {
        both.iter().try_for_each(|group| group.enter())?;
        fork_with(0, work).map(drop)
    })
}

fn runs() -> i32 {
    loop {
        std::hint::spin_loop();
    }
}

fn runs_nicely() -> i32 {
    // SAFETY: nice(2) has no memory effects.
    unsafe { libc::nice(3) };
    runs()
}

fn calls() -> i32 {
    loop {
        let _ = std::fs::read("/proc/self/smaps");
    }
}

fn as_counted_elsewhere() -> Result<()> {
    kernel::need(&["CONFIG_CGROUP_CPUACCT"], "times by CPU of a v1 hierarchy")?;
    let (tree, other) = (Tree::new()?, Hierarchy::new("cpuacct")?);
    let group = tree.group("a")?;
    let instance = Instance::new(&fstype(), &format!("cgroup={}", group.id()?))?;
    let both = [&group, &other.group];
    let workers = [runs, runs_nicely, calls, runs].map(|work| works(both, work));
    let workers = workers.into_iter().collect::<Result<Vec<_>>>()?;
    // Before it was in both, a worker was in one.
    freeze(&group, true)?;
    let before = (shown(&instance)?, counted(&other.group)?);
    freeze(&group, false)?;
    // Until there is enough to compare; a busy machine gives the VM little time.
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let now = counted(&other.group)?;
        let ran = now.iter().zip(&before.1);
        let ran = ran.map(|(now, before)| [0, 1].map(|field| (now[field] - before[field]) / TICK));
        let ran: Vec<[u64; 2]> = ran.collect();
        let by_field = [0, 1].map(|field| ran.iter().map(|ticks| ticks[field]).sum::<u64>());
        let by_cpu = ran.iter().map(|ticks| ticks.iter().sum());
        if by_cpu.chain(by_field).all(|ticks| ticks >= WANTED) {
            break;
        }
        ensure!(Instant::now() < until, "too little has run: {ran:?} ticks");
        std::thread::sleep(Duration::from_millis(200));
    }
    freeze(&group, true)?;
    let after = (shown(&instance)?, counted(&other.group)?);
    ensure!(after.0.len() > 1, "this needs two CPUs");
    for cpu in 0..after.0.len() {
        for field in 0..2 {
            let ours = after.0[cpu][field] - before.0[cpu][field];
            let theirs = (after.1[cpu][field] - before.1[cpu][field]) / TICK;
            println!("  CPU {cpu}, field {field}: {ours} ticks, cpuacct {theirs}");
            // Three figures are rounded down at each end.
            ensure!(
                ours.abs_diff(theirs) <= 2,
                "CPU {cpu}, field {field}: {ours} ticks, cpuacct {theirs}"
            );
        }
    }
    freeze(&group, false)?;
    group.kill()?;
    drop(workers);
    Ok(())
}
