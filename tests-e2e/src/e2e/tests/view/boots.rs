// SPDX-License-Identifier: GPL-2.0

//! What takes a boot of its own: other words for the kernel, more CPUs, or a hierarchy that nothing
//! has used before. `make e2e` makes these boots (scripts/dev/src/boots.rs).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{ensure, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::cgroups_v1::Hierarchy;
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::kernel;
use proc2_e2e::mount::{Instance, Opt};

use super::super::Test;
use super::choice::{size, sized};
use super::cpus::{shows, Offline, QUOTA};
use super::memory::viewed;
use super::{counters, cpu_rows, cpus, load, processors, programs, read};

pub(super) fn tests() -> Vec<Test> {
    [
        super::super::tests!["boot::psi_off": no_directory, counts, waiting],
        super::super::tests!["boot::four_cpus": of_a_set, offline, quota, by_a_program],
        super::super::tests!["boot::v1_cpuset": all_cpus],
    ]
    .concat()
}

/// That the kernel keeps no pressure, as it was told to.
fn without_pressure() -> Result<()> {
    let words = fs::read_to_string("/proc/cmdline")?;
    ensure!(
        words.split_whitespace().any(|word| word == "psi=0"),
        "booted with: {words}"
    );
    Ok(())
}

/// What the registry has not, a view has not.
fn no_directory() -> Result<()> {
    without_pressure()?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    ensure!(!Path::new("/proc/pressure").exists(), "procfs has pressure");
    let shown = viewed.instance.join("pressure");
    for path in [shown.join("cpu"), shown.join("memory"), shown] {
        let error = fs::metadata(&path).map_err(|error| error.raw_os_error());
        let error = error.map(drop);
        ensure!(
            error == Err(Some(libc::ENOENT)),
            "{}: {error:?}",
            path.display()
        );
    }
    let names = fs::read_dir(&viewed.instance.path)?.filter_map(|entry| entry.ok());
    ensure!(
        names
            .into_iter()
            .all(|entry| entry.file_name() != "pressure"),
        "it is listed"
    );
    // Everything else is there.
    for name in super::FILES.into_iter().filter(|name| !name.contains('/')) {
        read(&viewed.instance, name)?;
    }
    Ok(())
}

/// Without pressure's counts the tasks themselves are counted.
fn counts() -> Result<()> {
    without_pressure()?;
    counters::counts()
}

fn waiting() -> Result<()> {
    without_pressure()?;
    load::waiting_tasks_for(11)
}

/// That there are four CPUs.
fn four() -> Result<()> {
    let online = cgroup_model::online()?;
    ensure!(online == [0, 1, 2, 3], "booted with CPUs {online:?}");
    Ok(())
}

/// CPUs in the middle, in the middle of these, and with a gap.
fn of_a_set() -> Result<()> {
    four()?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    shows(&viewed, &[0, 1, 2, 3])?;
    for (set, wanted) in [
        ("1-2", &[1, 2][..]),
        ("1,3", &[1, 3]),
        ("3", &[3]),
        ("0-2", &[0, 1, 2]),
    ] {
        viewed.group.write("cpuset.cpus", set)?;
        shows(&viewed, wanted)?;
    }
    Ok(())
}

/// One of a set is taken away, both are, and all come back.
fn offline() -> Result<()> {
    four()?;
    kernel::need(&["CONFIG_HOTPLUG_CPU"], "CPUs that are taken away")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    viewed.group.write("cpuset.cpus", "1-2")?;
    shows(&viewed, &[1, 2])?;
    {
        let _first = Offline::new(1)?;
        shows(&viewed, &[2])?;
        {
            let _second = Offline::new(2)?;
            // None is left: those of the parent.
            shows(&viewed, &[0, 3])?;
        }
        shows(&viewed, &[2])?;
    }
    shows(&viewed, &[1, 2])
}

/// The first two of four; of a set, its first.
fn quota() -> Result<()> {
    four()?;
    cpus::quota()?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, QUOTA)?;
    for (set, max, wanted) in [
        ("0-3", "150000 100000", &[0, 1][..]),
        ("1-3", "150000 100000", &[1, 2]),
        ("1,3", "10000 100000", &[1]),
        ("1,3", "300000 100000", &[1, 3]),
    ] {
        viewed.group.write("cpuset.cpus", set)?;
        viewed.group.write("cpu.max", max)?;
        shows(&viewed, wanted)?;
    }
    Ok(())
}

fn by_a_program() -> Result<()> {
    four()?;
    programs::top_shows(&[1, 2])?;
    programs::top_shows(&[0, 3])
}

/// A cpuset of the first version's says nothing of the CPUs that are shown; times and memory are
/// the group's all the same.
fn all_cpus() -> Result<()> {
    kernel::need(
        &["CONFIG_CPUSETS_V1"],
        "cpusets in a hierarchy of their own",
    )?;
    // Before anything has used it in the default hierarchy.
    let cpuset = Hierarchy::new("cpuset")?;
    cpuset.group.write("cpuset.mems", "0")?;
    cpuset.group.write("cpuset.cpus", "1")?;
    let tree = Tree::new()?;
    let controllers = fs::read_to_string(tree.root.join("cgroup.controllers"))?;
    ensure!(!controllers.contains("cpuset"), "{controllers}");
    let group = sized(&tree, "a", 64)?;
    let enter = || {
        cpuset.group.enter()?;
        group.enter()
    };
    {
        let init = Sleeper::with_flags(libc::CLONE_NEWPID, enter)?;
        let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
        let all = cgroup_model::online()?;
        ensure!(all.len() > 1, "this needs two CPUs");
        ensure!(processors(&read(&instance, "cpuinfo")?) == all);
        ensure!(size(&read(&instance, "meminfo")?)? == 64);
        // Busy ticks by CPU.
        let busy = || -> Result<Vec<u64>> {
            let rows = cpu_rows(&read(&instance, "stat")?)?;
            let rows = rows[1..].iter();
            Ok(rows.map(|(_, row)| row[..3].iter().sum()).collect())
        };
        let before = busy()?;
        ensure!(before.len() == all.len(), "{} rows of CPUs", before.len());
        let _worker = Sleeper::new_unwatched(|| {
            enter()?;
            proc2_e2e::child::fork_with(0, || loop {
                std::hint::spin_loop();
            })?;
            Ok(())
        })?;
        // A busy machine gives the VM little time.
        let until = Instant::now() + Duration::from_secs(60);
        let grown = loop {
            let now = busy()?;
            let grown = now.iter().zip(&before).map(|(is, was)| is - was);
            let grown: Vec<u64> = grown.collect();
            if grown[1] >= 50 {
                break grown;
            }
            ensure!(Instant::now() < until, "of a loop {grown:?} ticks");
            std::thread::sleep(Duration::from_millis(200));
        };
        println!("  {grown:?} ticks of a loop");
        // Entering may take a tick elsewhere.
        ensure!(grown[0] <= 4, "a loop on the second CPU: {grown:?} ticks");
        // What others run is none of the group's.
        let outside = Instance::new(&fstype(), &format!("cgroup={}", tree.group("b")?.id()?))?;
        let rows = cpu_rows(&read(&outside, "stat")?)?;
        ensure!(rows[0].1[..3] == [0, 0, 0], "{rows:?}");
        group.kill()?;
    }
    Ok(())
}
