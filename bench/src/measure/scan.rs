// SPDX-License-Identifier: GPL-2.0

//! What a monitor does: list the tasks, then read some entries of each.

use std::ffi::CString;

use super::clock::Meter;
use super::entries::{read_lines, read_once};
use super::fixture::{both, Mount, Side};
use super::processes::Sleepers;
use super::root::{repeated, Listing};
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};

const READ: [&str; 3] = ["stat", "status", "cmdline"];

/// Scans once; what it costs.
pub(crate) fn scan(mount: &Mount, sleepers: &Sleepers) -> Result<u64> {
    let meter = Meter::long();
    let (count, names) = Listing::new(mount, sleepers)?.count(&meter)?;
    Ok(count + read_all(mount, &names)?)
}

/// Reads the entries of some tasks; what it costs.
fn read_all(mount: &Mount, names: &[String]) -> Result<u64> {
    let (meter, mut buffer) = (Meter::long(), vec![0; 4096]);
    let paths = names.iter().flat_map(|name| {
        READ.iter()
            .map(move |entry| mount.path(&format!("{name}/{entry}")))
    });
    let paths = paths.collect::<Result<Vec<CString>>>()?;
    let (count, result) = meter.count(|| {
        paths
            .iter()
            .try_for_each(|path| read_once(path, &mut buffer).map(drop))
    });
    result?;
    Ok(count)
}

/// What a row costs in the file that has all tasks, under the name that asks for columns.
fn row_of(mount: &Mount, name: &str, sleepers: &Sleepers) -> Result<f64> {
    let (meter, mut buffer) = (Meter::long(), vec![1; 1 << 20]);
    let path = mount.path(&format!(".proc2/{name}"))?;
    let (cost, lines) = read_lines(&path, &meter, &mut buffer)?;
    ensure!(lines > sleepers.size(), "{name} has {lines} lines");
    // The first two are no rows.
    Ok(cost as f64 / (lines - 2) as f64)
}

/// What is asked of that file, and how much each task may take.
const NAMES: [(&str, &str, f64); 4] = [
    ("from .proc2/tasks", "tasks", 4_000.0),
    (
        "from it, the columns of a top",
        "tasks:pid,ppid,uid,state,utime,stime,vm_rss,comm",
        1_250.0,
    ),
    ("from it, pid and comm", "tasks:pid,comm", 500.0),
    ("from .proc2/threads", "threads", 4_500.0),
];

/// As many tasks' entries are read for comparison.
const SAMPLE: usize = 1_000;

/// Measures the scan when nothing is cached, and once more.
pub(crate) fn measure(sleepers: &Sleepers) -> Result<Vec<Row>> {
    let first = both(|side| repeated(sleepers, || scan(&Mount::fresh(side, "")?, sleepers)))?;
    let again = both(|side| {
        let mount = Mount::fresh(side, "")?;
        scan(&mount, sleepers)?;
        repeated(sleepers, || scan(&mount, sleepers))
    })?;
    let row = |name: &str, (proc2, procfs), target| Row {
        group: Group::Scan,
        name: format!("{name}, {} tasks", sleepers.size()),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(target)),
    };
    Ok(vec![row("first", first, 0.60), row("again", again, 0.60)])
}

/// Measures what a row costs, beside those entries of a task in procfs.
pub(crate) fn rows(sleepers: &Sleepers) -> Result<Vec<Row>> {
    let some = sleepers.ids().into_iter().take(SAMPLE);
    let names: Vec<String> = some.map(|id| id.to_string()).collect();
    let procfs = read_all(&Mount::fresh(Side::Procfs, "")?, &names)? as f64 / names.len() as f64;
    let mut rows = Vec::new();
    for (what, name, most) in NAMES {
        let costs = (0..3).map(|_| row_of(&Mount::fresh(Side::Proc2, "")?, name, sleepers));
        let mut costs = costs.collect::<Result<Vec<f64>>>()?;
        costs.sort_by(f64::total_cmp);
        rows.push(Row {
            group: Group::Scan,
            name: format!("{what}, {} tasks", sleepers.size()),
            proc2: costs[1],
            procfs,
            floor: None,
            target: Some(Target::AtMost(most)),
        });
    }
    Ok(rows)
}
