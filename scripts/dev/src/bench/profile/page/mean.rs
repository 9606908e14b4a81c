// SPDX-License-Identifier: GPL-2.0

//! Why one target cannot be met together with another: what the geometric mean would be if each entry met its own.

use crate::entries;
use anyhow::{ensure, Result};
use proc2_bench::{geometric_mean, Group, Report, Row};

/// What the mean is asked to be at most.
const ASKED: f64 = 0.60;

/// The paragraph, from the rows of `report`.
pub(super) fn contradiction(report: &Report) -> Result<String> {
    let kernels = entries::served_by_the_kernel()?;
    let rows: Vec<&Row> = report
        .rows
        .iter()
        .filter(|row| row.group == Group::Read)
        .collect();
    let (kernel, native): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| kernels.contains(&row.name));
    ensure!(
        !kernel.is_empty() && !native.is_empty(),
        "the report has no entries of one of both kinds"
    );
    // What share of procfs an entry has that adds such a part of what procfs adds to the floor.
    let adding = |row: &Row, part: f64| {
        let floor = row.floor.unwrap_or(0.0);
        (floor + (row.procfs - floor) * part) / row.procfs
    };
    let mean = |part: f64, kernel_too: bool| {
        let others = kernel.iter().map(|row| match kernel_too {
            true => adding(row, part),
            false => 1.0,
        });
        geometric_mean(native.iter().map(|row| adding(row, part)).chain(others))
    };
    let now = geometric_mean(rows.iter().map(|row| row.share()));
    // The mean grows with the part: halve the interval that the part for the mean asked is in.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        match mean(middle, true) < ASKED {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(format!(
        "## The geometric mean\n\n\
         Two targets are asked of reading the {all} entries that can be read: what proc2 adds to the floor is at most a third of what \
         procfs adds, and the geometric mean of the shares is at most {ASKED:.2}. The first being met everywhere would not meet the \
         second, for most of what open, read and close cost is the floor. From bench/result.json:\n\n\
         | | geometric mean |\n|---|--:|\n\
         | measured | {now:.3} |\n\
         | {own} entries of proc2's own at exactly a third above the floor, {kernel} that the kernel's own operations serve at 1.00 \
         | {:.3} |\n\
         | all {all} entries at exactly a third above the floor | {:.3} |\n\
         | {own} entries of proc2's own at the floor, which is a file of tmpfs, {kernel} that the kernel's own operations serve at 1.00 \
         | {:.3} |\n\n\
         {ASKED:.2} would take all {all} entries, those {kernel} too, at {low:.2} of what procfs adds to the floor. What an entry's own \
         work costs shows in its share above the floor, and in the rows for pread of bench.md.\n\n",
        mean(1.0 / 3.0, false),
        mean(1.0 / 3.0, true),
        mean(0.0, false),
        all = rows.len(),
        own = native.len(),
        kernel = kernel.len(),
    ))
}
