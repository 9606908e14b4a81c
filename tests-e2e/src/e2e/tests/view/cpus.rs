// SPDX-License-Identifier: GPL-2.0

//! Which CPUs are shown: the cpuset's that are online, or as many as the quota is worth; the same in
//! `cpuinfo`, `stat` and `uptime`.

use std::fs;
use std::path::PathBuf;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::Tree;
use proc2_e2e::kernel;
use proc2_e2e::mount::Opt;

use super::super::Test;
use super::memory::{viewed, Viewed};
use super::{cpu_rows, processors, read};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::cpus": of_the_set, of_an_ancestor, nothing_is_forgotten, offline, quota, quota_on_the_path, texts]
}

/// The CPUs that each file shows; an error where they differ.
fn shown(viewed: &Viewed) -> Result<Vec<u32>> {
    let cpuinfo = processors(&read(&viewed.instance, "cpuinfo")?);
    let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
    let rows: Vec<u32> = rows
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("cpu")?.parse().ok())
        .collect();
    ensure!(cpuinfo == rows, "cpuinfo has {cpuinfo:?}, stat {rows:?}");
    Ok(rows)
}

pub(super) fn shows(viewed: &Viewed, wanted: &[u32]) -> Result<()> {
    let shown = shown(viewed)?;
    ensure!(shown == wanted, "{shown:?} are shown, not {wanted:?}");
    Ok(())
}

/// The last CPU; the first one cannot be taken away.
fn last() -> Result<u32> {
    let last = cgroup_model::online()?.pop().context("no CPU")?;
    ensure!(last > 0, "this needs two CPUs");
    Ok(last)
}

fn of_the_set() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let all = cgroup_model::online()?;
    shows(&viewed, &all)?;
    for cpu in [0, last()?] {
        viewed.group.write("cpuset.cpus", &cpu.to_string())?;
        shows(&viewed, &[cpu])?;
    }
    viewed.group.write("cpuset.cpus", "")?;
    shows(&viewed, &all)
}

fn of_an_ancestor() -> Result<()> {
    let tree = Tree::new()?;
    let outer = tree.group("a")?;
    let viewed = viewed(tree.group("a/b")?, &[])?;
    let last = last()?;
    outer.write("cpuset.cpus", &last.to_string())?;
    shows(&viewed, &[last])?;
    // What the parent has not, nobody below has.
    viewed.group.write("cpuset.cpus", "0")?;
    shows(&viewed, &[last])
}

/// What has run on a CPU that is shown no more stays in the sum.
fn nothing_is_forgotten() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    last()?;
    let busy = || -> Result<[u64; 3]> {
        let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
        Ok([0, 1, 2].map(|field| rows[0].1[field]))
    };
    let _loops = viewed.group.loops(2)?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    let before = busy()?;
    ensure!(before[0] + before[2] > 50, "{before:?} of two seconds");
    viewed.group.write("cpuset.cpus", "0")?;
    let after = busy()?;
    ensure!(
        before.iter().zip(after).all(|(was, is)| is >= *was),
        "{before:?}, then {after:?}"
    );
    viewed.group.kill()
}

/// A CPU that is taken away, and brought back when this goes.
pub(super) struct Offline(PathBuf);

impl Offline {
    pub(super) fn new(cpu: u32) -> Result<Self> {
        let path = PathBuf::from(format!("/sys/devices/system/cpu/cpu{cpu}/online"));
        fs::write(&path, "0").with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Offline {
    fn drop(&mut self) {
        let _ = fs::write(&self.0, "1");
    }
}

fn offline() -> Result<()> {
    kernel::need(&["CONFIG_HOTPLUG_CPU"], "CPUs that are taken away")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let last = last()?;
    let whole = cpu_rows(&read(&viewed.instance, "stat")?)?;
    {
        let _offline = Offline::new(last)?;
        let rest: Vec<u32> = (0..last).collect();
        shows(&viewed, &rest)?;
        let rows = cpu_rows(&read(&viewed.instance, "stat")?)?;
        // What has run there is not forgotten.
        for field in 0..3 {
            ensure!(
                rows[0].1[field] >= whole[0].1[field],
                "{rows:?} after {whole:?}"
            );
        }
        // A set that is offline altogether: the parent's.
        viewed.group.write("cpuset.cpus", &last.to_string())?;
        shows(&viewed, &rest)?;
    }
    shows(&viewed, &[last])
}

pub(super) const QUOTA: &[Opt<'_>] = &[Opt::Text("cpus", "quota")];

pub(super) fn quota() -> Result<()> {
    kernel::need(&["CONFIG_CFS_BANDWIDTH"], "quotas")?;
    let tree = Tree::new()?;
    let all = cgroup_model::online()?;
    let by_quota = viewed(tree.group("a")?, QUOTA)?;
    let by_set = viewed(tree.group("b")?, &[])?;
    shows(&by_quota, &all)?;
    for (max, count) in [
        ("10000 100000", 1),
        ("100000 100000", 1),
        ("100001 100000", 2),
        ("150000 100000", 2),
        ("max 100000", all.len()),
        ("99000000 100000", all.len()),
    ] {
        by_quota.group.write("cpu.max", max)?;
        by_set.group.write("cpu.max", max)?;
        shows(&by_quota, &all[..count.min(all.len())])?;
        shows(&by_set, &all)?;
    }
    // Sums hold, and what has run on all CPUs is spread.
    by_quota.group.write("cpu.max", "100000 100000")?;
    let _loops = by_quota.group.loops(2)?;
    std::thread::sleep(std::time::Duration::from_millis(600));
    let mut last: Option<Vec<u64>> = None;
    for _ in 0..2000 {
        let rows = cpu_rows(&read(&by_quota.instance, "stat")?)?;
        for field in 0..10 {
            let sum: u64 = rows[1..].iter().map(|(_, figures)| figures[field]).sum();
            ensure!(rows[0].1[field] == sum, "{rows:?}");
        }
        let mut now: Vec<u64> = rows.into_iter().flat_map(|(_, figures)| figures).collect();
        // In hundredths, as the figures before.
        let uptime = read(&by_quota.instance, "uptime")?;
        let idle = uptime.split_whitespace().nth(1).context("no idle time")?;
        let idle: u64 = idle.replace('.', "").parse()?;
        ensure!(idle >= now[3], "uptime {uptime} after {now:?}");
        now.push(idle);
        if let Some(last) = last {
            let back = last.iter().zip(&now).any(|(was, is)| is < was);
            ensure!(!back, "{last:?}, then {now:?}");
        }
        last = Some(now);
    }
    by_quota.group.kill()
}

fn quota_on_the_path() -> Result<()> {
    kernel::need(&["CONFIG_CFS_BANDWIDTH"], "quotas")?;
    let tree = Tree::new()?;
    let outer = tree.group("a")?;
    let viewed = viewed(tree.group("a/b")?, QUOTA)?;
    last()?;
    for (outer_max, inner_max) in [
        ("100000 100000", "300000 100000"),
        ("300000 100000", "100000 100000"),
        ("max 100000", "50000 100000"),
        ("250000 250000", "max 100000"),
    ] {
        outer.write("cpu.max", outer_max)?;
        viewed.group.write("cpu.max", inner_max)?;
        ensure!(cgroup_model::quota(&viewed.group, &tree) == Some(1));
        shows(&viewed, &[0])?;
    }
    Ok(())
}

/// What is said of a CPU is the kernel's text.
fn texts() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let last = last()?;
    viewed.group.write("cpuset.cpus", &last.to_string())?;
    // The clock frequency moves.
    let text = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("cpu MHz"));
        lines.map(str::to_owned).collect()
    };
    let all = text(&fs::read_to_string("/proc/cpuinfo")?);
    let start = all
        .iter()
        .position(|line| line.starts_with("processor") && line.ends_with(&format!(" {last}")));
    let wanted = &all[start.context("the last CPU is not in cpuinfo")?..];
    let ours = text(&read(&viewed.instance, "cpuinfo")?);
    ensure!(ours == wanted, "{ours:?}");
    Ok(())
}
