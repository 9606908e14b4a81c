// SPDX-License-Identifier: GPL-2.0

//! Mounting and unmounting an instance, with few and with many others there.

use std::os::fd::OwnedFd;

use super::clock::{median, Meter};
use super::fixture::{both, Side};
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

/// A mount that is nowhere attached: the last descriptor takes it along.
pub(super) fn make(side: Side) -> Result<OwnedFd> {
    Ok(detached(side.fstype(), &[])?)
}

/// As many instances, beside what is open.
pub(super) fn instances(side: Side, others: usize) -> Result<Vec<OwnedFd>> {
    let now = getrlimit(Resource::Nofile);
    let more = |limit: Option<u64>| limit.map(|limit| limit + others as u64);
    let limit = Rlimit {
        current: more(now.current),
        maximum: more(now.maximum),
    };
    setrlimit(Resource::Nofile, limit).context("raising the number of open files")?;
    (0..others).map(|_| make(side)).collect()
}

fn with_others(side: Side, others: usize) -> Result<f64> {
    let _others = instances(side, others)?;
    let meter = Meter::long();
    let mut counts = Vec::new();
    for _ in 0..15 {
        let (count, mount) = meter.count(|| make(side).map(drop));
        mount?;
        counts.push(count);
    }
    Ok(median(counts) as f64)
}
