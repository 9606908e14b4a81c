// SPDX-License-Identifier: GPL-2.0

//! How long it has been: `uptime`, `btime` and the start of processes, which are of the time
//! namespace, and agree.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use proc2_e2e::patience::limit;
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::counters::sum;
use super::memory::viewed;
use super::{read, stat_value};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::times": uptime, namespace, now]
}

/// The two figures of an `uptime`.
fn seconds(text: &str) -> Result<(f64, f64)> {
    let mut words = text.split_whitespace();
    let mut next = || -> Result<f64> { Ok(words.next().unwrap_or_default().parse()?) };
    Ok((next()?, next()?))
}

/// The first figure is the machine's, the second the sum of idle time.
fn uptime() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    for _ in 0..limit(50) {
        let before = seconds(&fs::read_to_string("/proc/uptime")?)?.0;
        let idle_before = sum(&viewed)?[3] as f64 / 100.0;
        let (up, idle) = seconds(&read(&viewed.instance, "uptime")?)?;
        let idle_after = sum(&viewed)?[3] as f64 / 100.0;
        let after = seconds(&fs::read_to_string("/proc/uptime")?)?.0;
        ensure!(
            before - 0.02 <= up && up <= after + 0.02,
            "{before} {up} {after}"
        );
        // Rows lose part of a tick each.
        ensure!(
            idle_before - 0.05 <= idle && idle <= idle_after + 0.05,
            "{idle_before} {idle} {idle_after}"
        );
    }
    Ok(())
}

/// A time namespace moves uptime and btime, as in procfs.
fn namespace() -> Result<()> {
    proc2_e2e::kernel::need(&["CONFIG_TIME_NS"], "time namespaces")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let look = || -> Result<(u64, u64, f64, f64)> {
        Ok((
            stat_value(&read(&viewed.instance, "stat")?, "btime ")?,
            stat_value(&fs::read_to_string("/proc/stat")?, "btime ")?,
            seconds(&read(&viewed.instance, "uptime")?)?.0,
            seconds(&fs::read_to_string("/proc/uptime")?)?.0,
        ))
    };
    let same = |(ours, theirs, up, their_up): (u64, u64, f64, f64)| {
        ensure!(
            ours.abs_diff(theirs) <= 1,
            "btime {ours}, but procfs {theirs}"
        );
        ensure!(
            (up - their_up).abs() < 1.0,
            "uptime {up}, but procfs {their_up}"
        );
        Ok(up)
    };
    let here = same(look()?)?;
    let there = in_child(|| {
        // SAFETY: a child with one thread; a namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWTIME)? };
        fs::write("/proc/self/timens_offsets", "boottime 5000 0")?;
        in_child(look)
    })?;
    let there = same(there)?;
    ensure!(there - here > 4900.0, "{here} here, {there} there");
    Ok(())
}

/// When the calling process started, by its `stat` below this directory: seconds since the boot.
fn started(proc: &Path) -> Result<f64> {
    let stat = fs::read_to_string(proc.join("self/stat"))?;
    let (_, rest) = stat.rsplit_once(')').context("a stat without a name")?;
    let start = rest.split_whitespace().nth(19).context("a short stat")?;
    Ok(start.parse::<f64>()? / 100.0)
}

/// The boot and the time since are now, and nobody starts in the future: of this clock, and of
/// a namespace's that is an hour ahead.
fn now() -> Result<()> {
    let tree = Tree::new()?;
    let instance = Instance::new(&fstype(), &format!("cgroup={}", tree.group("a")?.id()?))?;
    let agree = || -> Result<f64> {
        let clock =
            || -> Result<f64> { Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64()) };
        let before = clock()?;
        // A process that is new.
        in_child(|| {
            let boot = stat_value(&read(&instance, "stat")?, "btime ")? as f64;
            let (up, _) = seconds(&read(&instance, "uptime")?)?;
            let start = started(&instance.path)?;
            let after = clock()?;
            // A btime is whole seconds.
            ensure!(
                (before - 1.1..after + 0.1).contains(&(boot + up)),
                "{boot} + {up} between {before} and {after}"
            );
            ensure!(
                (before - 1.1..after + 0.1).contains(&(boot + start)),
                "a process of {boot} + {start} between {before} and {after}"
            );
            ensure!(start <= up + 0.02, "started at {start}, but it is {up}");
            let theirs = started(Path::new("/proc"))?;
            ensure!(start == theirs, "{start}, but procfs {theirs}");
            Ok(up)
        })
    };
    let here = agree()?;
    proc2_e2e::kernel::need(&["CONFIG_TIME_NS"], "time namespaces")?;
    let there = in_child(|| {
        // SAFETY: a child with one thread; a namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWTIME)? };
        fs::write("/proc/self/timens_offsets", "boottime 3600 0")?;
        in_child(agree)
    })?;
    ensure!(there - here > 3500.0, "{here} here, {there} there");
    Ok(())
}
