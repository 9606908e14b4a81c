// SPDX-License-Identifier: GPL-2.0

//! What the machine's files cost that show the figures of a cgroup, beside procfs's own.

use super::clock::{median, Meter};
use super::entries::open;
use super::fixture::{both, Mount, Side};
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::Sleeper;
use rustix::io::read;

/// The files, and the share of procfs's own that each may cost.
const FILES: [(&str, f64); 9] = [
    ("stat", 0.35),
    ("meminfo", 0.45),
    ("cpuinfo", 1.1),
    ("uptime", 2.0),
    ("loadavg", 1.1),
    ("swaps", 1.1),
    ("diskstats", 1.1),
    ("pressure/cpu", 1.1),
    ("pressure/memory", 1.1),
];

/// So often each is read.
const READS: usize = 51;

fn cost(mount: &Mount, name: &str) -> Result<f64> {
    let (meter, path) = (Meter::long(), mount.path(name)?);
    let mut buffer = vec![0; 64 << 10];
    let mut counts = Vec::new();
    for _ in 0..READS {
        let (count, result) = meter.count(|| -> Result<usize> {
            let file = open(&path)?;
            Ok(read(&file, &mut buffer)?)
        });
        result?;
        counts.push(count);
    }
    Ok(median(counts) as f64)
}

/// A cgroup two levels deep that is limited, and has a process.
pub(super) struct Limited {
    _tree: Tree,
    _process: Sleeper,
    /// The option that shows its figures.
    pub(super) options: String,
}

impl Limited {
    pub(super) fn new() -> Result<Self> {
        let tree = Tree::new()?;
        let group = tree.group("a/b")?;
        group.write("memory.max", "64M")?;
        Ok(Self {
            _process: group.sleeper()?,
            options: format!("cgroup={}", group.id()?),
            _tree: tree,
        })
    }
}

/// open, read and close of each file.
pub(super) fn measure() -> Result<Vec<Row>> {
    let limited = Limited::new()?;
    let options = &limited.options;
    let mut rows = Vec::new();
    for (name, most) in FILES {
        let (proc2, procfs) = both(|side| {
            let options = match side {
                Side::Proc2 => options.as_str(),
                Side::Procfs => "",
            };
            cost(&Mount::fresh(side, options)?, name)
        })?;
        ensure!(proc2 > 0.0, "{name} costs nothing");
        rows.push(Row {
            group: Group::View,
            name: name.into(),
            proc2,
            procfs,
            floor: None,
            target: Some(Target::Share(most)),
        });
    }
    Ok(rows)
}
