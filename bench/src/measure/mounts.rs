// SPDX-License-Identifier: GPL-2.0

//! Mounting and unmounting an instance, with few and with many others there.

use super::clock::{median, Meter};
use super::stage::{both, Side};
use anyhow::{Context as _, Result};
use proc2_bench::{Group, Row, Target};
use proc2_e2e::mount::detached;
use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};

/// Measures with `others` instances of the same type mounted.
pub(crate) fn measure(others: usize) -> Result<Row> {
    let (proc2, procfs) = both(|side| with_others(side, others))?;
    Ok(Row {
        group: Group::Mount,
        name: format!("with {others} others"),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    })
}

fn with_others(side: Side, others: usize) -> Result<f64> {
    let most = Some(others as u64 + 100);
    let limit = Rlimit {
        current: most,
        maximum: getrlimit(Resource::Nofile).maximum.max(most),
    };
    setrlimit(Resource::Nofile, limit).context("raising the number of open files")?;
    let make = || detached(side.fstype(), &[]);
    let _others = (0..others)
        .map(|_| make())
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let meter = Meter::long();
    let mut counts = Vec::new();
    for _ in 0..15 {
        // The last descriptor of a detached mount takes it along.
        let (count, mount) = meter.count(|| make().map(drop));
        mount?;
        counts.push(count);
    }
    Ok(median(counts) as f64)
}
