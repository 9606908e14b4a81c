// SPDX-License-Identifier: GPL-2.0

//! Memory: what slabs hold for tasks that were scanned, and what is left once they are gone.

use std::thread::sleep;
use std::time::Duration;

use super::fixture::{both, Mount};
use super::processes::Sleepers;
use super::scan::scan;
use anyhow::{Context as _, Result};
use proc2_bench::{Group, Row, Target};

/// Caches whose objects stand for entries.
const OF_ENTRIES: [&str; 3] = ["dentry", "proc_inode_cache", "proc2_inode_cache"];

/// Bytes of the objects in use in caches of the names that `wanted` wants.
pub(super) fn bytes(wanted: impl Fn(&str) -> bool) -> Result<f64> {
    // What was freed is given back after a grace period, and then counts as in use as long as a CPU keeps it at hand.
    sleep(Duration::from_millis(200));
    for cache in std::fs::read_dir("/sys/kernel/slab").context("no caches in sysfs")? {
        std::fs::write(cache?.path().join("shrink"), "1").context("shrinking a cache")?;
    }
    let table = std::fs::read_to_string("/proc/slabinfo").context("no /proc/slabinfo")?;
    let mut sum = 0.0;
    for line in table.lines().skip(2) {
        let mut words = line.split_whitespace();
        let mut next = || words.next().context("slabinfo: a short line");
        let (name, active, _, size) = (next()?, next()?, next()?, next()?);
        if wanted(name) {
            sum += active.parse::<f64>()? * size.parse::<f64>()?;
        }
    }
    Ok(sum)
}

/// What a scan leaves in slabs while the tasks live.
pub(crate) fn held(sleepers: &Sleepers) -> Result<Row> {
    let (proc2, procfs) = both(|side| {
        let mount = Mount::fresh(side, "")?;
        let before = bytes(|_| true)?;
        scan(&mount, sleepers)?;
        Ok((bytes(|_| true)? - before) / sleepers.size() as f64)
    })?;
    Ok(Row {
        group: Group::Slab,
        name: format!("held after a scan of {} tasks", sleepers.size()),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    })
}

/// How many tasks come and go.
const PASSING: usize = 200;

/// What is left for entries of tasks that were scanned and are gone.
pub(crate) fn left() -> Result<Row> {
    let entries = |name: &str| OF_ENTRIES.contains(&name);
    let (proc2, procfs) = both(|side| {
        let mount = Mount::fresh(side, "")?;
        let pass = || {
            let mut sleepers = Sleepers::default();
            sleepers.grow(PASSING)?;
            scan(&mount, &sleepers)
        };
        // Once for what is made once, the root's own entries for example.
        pass()?;
        let before = bytes(entries)?;
        pass()?;
        Ok((bytes(entries)? - before) / PASSING as f64)
    })?;
    Ok(Row {
        group: Group::Slab,
        name: format!("left after {PASSING} tasks are gone"),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::AtMost(64.0)),
    })
}
