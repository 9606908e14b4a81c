// SPDX-License-Identifier: GPL-2.0

//! Paths that are looked up for the first time, and paths that are known.

use std::ffi::CStr;

use super::clock::{median, Meter};
use super::fixture::{both, Mount, Side};
use super::processes::Sleepers;
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};
use rustix::fs::{statat, AtFlags, CWD};
use rustix::io::Errno;

/// What is below a task's directory, and whether it is there.
const PATHS: [(&str, &str, bool); 3] = [
    ("/<pid>", "", true),
    ("/<pid>/stat", "/stat", true),
    ("/<pid>/missing", "/missing", false),
];

fn stat(path: &CStr, there: bool) -> Result<()> {
    let result = statat(CWD, path, AtFlags::empty()).map(drop);
    let due = if there { Ok(()) } else { Err(Errno::NOENT) };
    ensure!(result == due, "{path:?}: {result:?}");
    Ok(())
}

/// Measures stat of each path, cold and hot.
pub(crate) fn measure(sleepers: &Sleepers) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let meter = Meter::short();
    for (name, rest, there) in PATHS {
        let mut hot = |side: Side| {
            let mount = Mount::fresh(side, "")?;
            let path = mount.path(&format!("{}{rest}", sleepers.first()?))?;
            meter.usual(|| stat(&path, there))
        };
        let hot = both(&mut hot)?;
        rows.push(row(format!("hot, {name}"), hot));
        let cold = both(|side| {
            let mount = Mount::fresh(side, "")?;
            // The way to the root is hot.
            stat(&mount.path("")?, true)?;
            let mut counts = Vec::new();
            for id in sleepers.ids() {
                let path = mount.path(&format!("{id}{rest}"))?;
                let (count, result) = meter.count(|| stat(&path, there));
                result?;
                counts.push(count);
            }
            Ok(median(counts) as f64)
        })?;
        rows.push(row(format!("cold, {name}"), cold));
    }
    Ok(rows)
}

fn row(name: String, (proc2, procfs): (f64, f64)) -> Row {
    Row {
        group: Group::Path,
        name,
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    }
}
