// SPDX-License-Identifier: GPL-2.0

//! Mount tables of thousands of mounts, read whole and in small pieces.

use std::fs;

use super::clock::{median, Meter};
use super::entries::read_lines;
use super::fixture::{both, Fixture};
use anyhow::{ensure, Context as _, Result};
use proc2_bench::{Group, Row, Target};
use proc2_e2e::child::Sleeper;
use rustix::mount::{mount, mount_change, MountFlags, MountPropagationFlags};

const TABLES: [&str; 3] = ["mounts", "mountinfo", "mountstats"];

/// How much a reader takes at once, and what of procfs that may cost.
const PIECES: [(&str, usize, f64); 2] = [("64 KiB", 64 << 10, 0.45), ("1 KiB", 1 << 10, 1.0)];

/// A process in whose namespace there are so many mounts, and those that all have.
fn process(count: usize) -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWNS, || {
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private)?;
        let tmpfs = |at: &str| mount("bench", at, "tmpfs", MountFlags::empty(), None);
        tmpfs("/tmp")?;
        for number in 0..count {
            let at = format!("/tmp/{number}");
            fs::create_dir(&at)?;
            tmpfs(&at).with_context(|| at.clone())?;
        }
        Ok(())
    })
}

/// Measures each table, for each mount of a namespace with more than `least`.
pub(crate) fn measure(fixture: &Fixture, least: usize) -> Result<Vec<Row>> {
    let process = process(least)?;
    let mut rows = Vec::new();
    for table in TABLES {
        for (pieces, size, most) in PIECES {
            let (proc2, procfs) = both(|side| {
                let path = fixture
                    .mount(side)
                    .path(&format!("{}/{table}", process.id()))?;
                let (meter, mut buffer) = (Meter::long(), vec![1; size]);
                let mut whole = || -> Result<u64> {
                    let (cost, lines) = read_lines(&path, &meter, &mut buffer)?;
                    ensure!(lines > least, "{lines} lines in {table}");
                    Ok(cost / lines as u64)
                };
                // An interrupt is much of a short table.
                let times = if least < 1000 { 15 } else { 3 };
                let costs = (0..times).map(|_| whole()).collect::<Result<_>>()?;
                Ok(median(costs) as f64)
            })?;
            rows.push(Row {
                group: Group::Mounts,
                name: format!("{table} of {least} mounts, by {pieces}"),
                proc2,
                procfs,
                floor: None,
                target: Some(Target::Share(most)),
            });
        }
    }
    Ok(rows)
}
