// SPDX-License-Identifier: GPL-2.0

//! What is measured, in which order.

pub(crate) mod beside;
mod clock;
mod containers;
mod entries;
pub(crate) mod fixture;
pub(crate) mod lxcfs;
mod mount_tables;
mod mounts;
mod paths;
mod policy;
pub(crate) mod processes;
pub(crate) mod readers;
pub(crate) mod repeat;
mod root;
mod scan;
mod slab;
mod views;

use anyhow::Result;
use fixture::Fixture;
use proc2_bench::Row;
use processes::Sleepers;

/// How many tasks there are while the root is listed, and while every task is read.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    root: &'static [usize],
    scan: &'static [usize],
    /// The same, while all are read at once.
    rows: &'static [usize],
    /// How many instances there are when another is mounted.
    mounts: &'static [usize],
    /// How many mounts there are in a namespace whose tables are read.
    tables: &'static [usize],
    /// How many containers there are.
    containers: &'static [usize],
}

impl Sizes {
    /// All that the report is to say.
    pub(crate) const FULL: Self = Self {
        root: &[100, 1_000, 10_000],
        scan: &[100, 1_000],
        rows: &[1_000, 20_000],
        mounts: &[0, 1_000],
        tables: &[25, 100, 10_000],
        containers: &[1, 100, 1_000],
    };
    /// What shows a regression; a part of the above, so that its rows can be compared.
    pub(crate) const QUICK: Self = Self {
        root: &[100],
        scan: &[100],
        rows: &[1_000],
        mounts: &[0],
        tables: &[25, 100],
        containers: &[1],
    };
}

/// Measures everything. The sleepers become more on the way.
pub(crate) fn all(
    fixture: &mut Fixture,
    sleepers: &mut Sleepers,
    sizes: Sizes,
) -> Result<Vec<Row>> {
    let mut rows = entries::measure(fixture)?;
    for &size in sizes.mounts {
        rows.push(mounts::measure(size)?);
    }
    for &count in sizes.containers {
        rows.extend(containers::measure(count)?);
    }
    rows.push(slab::left()?);
    let mut all: Vec<usize> = [sizes.root, sizes.scan, sizes.rows].concat();
    all.sort_unstable();
    all.dedup();
    for (index, size) in all.into_iter().enumerate() {
        sleepers.grow(size)?;
        eprintln!("bench: {size} tasks");
        if index == 0 {
            rows.extend(paths::measure(sleepers)?);
            rows.extend(policy::measure()?);
            rows.extend(views::measure()?);
        }
        if sizes.root.contains(&size) {
            rows.extend(root::measure(sleepers)?);
        }
        if sizes.scan.contains(&size) {
            rows.extend(scan::measure(sleepers)?);
            rows.push(slab::held(sleepers)?);
        }
        if sizes.rows.contains(&size) {
            rows.extend(scan::rows(sleepers)?);
        }
    }
    // Last: namespaces of thousands of mounts go on ending for a while.
    for &count in sizes.tables {
        rows.extend(mount_tables::measure(fixture, count)?);
    }
    Ok(rows)
}
