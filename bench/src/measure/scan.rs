// SPDX-License-Identifier: GPL-2.0

//! What a monitor does: list the tasks, then read some entries of each.

use std::ffi::CString;

use super::clock::Meter;
use super::entries::{open, read_once};
use super::fixture::{both, Mount, Side};
use super::processes::Sleepers;
use super::root::{repeated, Listing};
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};
use rustix::io::Errno;

const READ: [&str; 3] = ["stat", "status", "cmdline"];

/// Scans once; what it costs.
pub(crate) fn scan(mount: &Mount, sleepers: &Sleepers) -> Result<u64> {
    let (meter, mut buffer) = (Meter::long(), vec![0; 4096]);
    let (count, names) = Listing::new(mount, sleepers)?.count(&meter)?;
    let paths = names.iter().flat_map(|name| {
        READ.iter()
            .map(move |entry| mount.path(&format!("{name}/{entry}")))
    });
    let paths = paths.collect::<Result<Vec<CString>>>()?;
    let (more, result) = meter.count(|| {
        paths
            .iter()
            .try_for_each(|path| read_once(path, &mut buffer).map(drop))
    });
    result?;
    Ok(count + more)
}

/// What the same costs from the file that has all tasks.
fn in_one_read(mount: &Mount) -> Result<u64> {
    let (meter, mut buffer) = (Meter::long(), vec![1; 1 << 20]);
    let path = mount.path(".proc2/tasks")?;
    let (count, whole) = meter.count(|| -> Result<usize, Errno> {
        let (file, mut whole) = (open(&path)?, 0);
        loop {
            match rustix::io::read(&file, &mut buffer)? {
                0 => return Ok(whole),
                n => whole += n,
            }
        }
    });
    ensure!(whole? > 0, ".proc2/tasks is empty");
    Ok(count)
}

/// With so many tasks the others in the machine, which that file has too, no longer count.
const MANY: usize = 1_000;

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
    let mut rows = vec![row("first", first, 0.60), row("again", again, 0.60)];
    if sleepers.size() >= MANY {
        let proc2 = repeated(sleepers, || in_one_read(&Mount::fresh(Side::Proc2, "")?))?;
        rows.push(row("first, from .proc2/tasks", (proc2, first.1), 0.10));
    }
    Ok(rows)
}
