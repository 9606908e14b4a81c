// SPDX-License-Identifier: GPL-2.0

//! What a monitor does: list the tasks, then read some entries of each.

use std::ffi::CString;

use super::cast::Crowd;
use super::clock::Meter;
use super::entries::read_once;
use super::root::{repeated, Listing};
use super::stage::{both, Mount};
use anyhow::Result;
use proc2_bench::{Group, Row, Target};

const READ: [&str; 3] = ["stat", "status", "cmdline"];

/// Scans once; what it costs.
pub(crate) fn scan(mount: &Mount, crowd: &Crowd) -> Result<u64> {
    let (meter, mut buffer) = (Meter::long(), vec![0; 4096]);
    let (count, names) = Listing::new(mount, crowd)?.count(&meter)?;
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

/// Measures the scan when nothing is cached, and once more.
pub(crate) fn measure(crowd: &Crowd) -> Result<Vec<Row>> {
    let first = both(|side| repeated(crowd, || scan(&Mount::fresh(side, "")?, crowd)))?;
    let again = both(|side| {
        let mount = Mount::fresh(side, "")?;
        scan(&mount, crowd)?;
        repeated(crowd, || scan(&mount, crowd))
    })?;
    let row = |name: &str, (proc2, procfs)| Row {
        group: Group::Scan,
        name: format!("{name}, {} tasks", crowd.size()),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(0.60)),
    };
    Ok(vec![row("first", first), row("again", again)])
}
