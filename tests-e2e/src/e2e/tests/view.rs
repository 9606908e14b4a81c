// SPDX-License-Identifier: GPL-2.0

//! The machine's files with the figures of a control group. What they must show is worked out from
//! cgroupfs (`cgroup_model.rs`); where the kernel's own files are to be had, these are compared.

use std::fs;

use anyhow::{Context as _, Result};
use proc2_e2e::mount::Instance;
pub(super) use proc2_e2e::view_files::FILES;

use super::Test;
pub(super) use counters::never_back_for as never_back;
pub(super) use differential::run as compare_random;
pub(super) use memory::under_load_for as sums_hold;
pub(super) use moves::idle_time_for as move_and_read;

mod boots;
mod by_cpu;
mod choice;
mod counters;
mod cpus;
mod differential;
mod disks;
mod gone;
mod kernels;
mod load;
mod memory;
mod moves;
mod options;
mod policy;
mod pressure;
mod programs;
mod swap;
mod times;

pub(super) fn tests() -> Vec<Test> {
    [
        options::tests(),
        kernels::tests(),
        choice::tests(),
        memory::tests(),
        swap::tests(),
        disks::tests(),
        cpus::tests(),
        counters::tests(),
        by_cpu::tests(),
        times::tests(),
        moves::tests(),
        load::tests(),
        pressure::tests(),
        gone::tests(),
        policy::tests(),
        programs::tests(),
        differential::tests(),
        boots::tests(),
    ]
    .concat()
}

/// A file of an instance.
fn read(instance: &Instance, name: &str) -> Result<String> {
    fs::read_to_string(instance.join(name)).with_context(|| name.to_owned())
}

/// The rows of `stat` whose names begin with `cpu`: name and figures.
fn cpu_rows(stat: &str) -> Result<Vec<(String, Vec<u64>)>> {
    let rows = stat.lines().filter(|line| line.starts_with("cpu"));
    rows.map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let figures = words.map(|word| word.parse().with_context(|| line.to_owned()));
        Ok((name, figures.collect::<Result<_>>()?))
    })
    .collect()
}

/// The number behind a name in `stat`.
fn stat_value(stat: &str, name: &str) -> Result<u64> {
    let line = stat.lines().find_map(|line| line.strip_prefix(name));
    let line = line.with_context(|| format!("no {name} in stat"))?;
    let first = line.split_whitespace().next();
    first
        .and_then(|word| word.parse().ok())
        .with_context(|| format!("{name}{line}"))
}

/// The numbers of the CPUs that `cpuinfo` has.
fn processors(cpuinfo: &str) -> Vec<u32> {
    let lines = cpuinfo.lines().filter(|line| line.starts_with("processor"));
    lines
        .filter_map(|line| line.split(':').nth(1)?.trim().parse().ok())
        .collect()
}
