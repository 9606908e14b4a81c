// SPDX-License-Identifier: GPL-2.0

//! What reading costs in a container whose figures lxcfs shows, beside a view and beside procfs. The
//! clock is the whole machine's: what the daemon executes counts, as long as the reader waits for it.

use std::ffi::CString;
use std::path::Path;

use super::clock::{median, Meter};
use super::entries::read_once;
use super::fixture::{Fixture, Mount, Side};
use anyhow::{ensure, Result};
use proc2_bench::lxcfs::Row;
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::in_child_with;
use proc2_e2e::lxcfs::{Lxcfs, PLACE};
use proc2_e2e::view_files::FILES;

/// So often each is read, after a few times that do not count.
const READS: usize = 101;
const BEFORE: usize = 5;

/// open, one read and close of a file.
fn cost(path: &CString) -> Result<f64> {
    let (meter, mut buffer) = (Meter::short(), vec![0; 64 << 10]);
    let mut counts = Vec::new();
    for read in 0..BEFORE + READS {
        let (count, result) = meter.count(|| read_once(path, &mut buffer));
        result?;
        if read >= BEFORE {
            counts.push(count);
        }
    }
    Ok(median(counts) as f64)
}

/// Process 1 of a pid namespace, two groups deep, with limits of memory, swap space and CPUs.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let tree = Tree::new()?;
    let group = tree.group("a/b")?;
    for (name, value) in [
        ("memory.max", "256M"),
        ("memory.swap.max", "0"),
        ("cpuset.cpus", "0"),
    ] {
        group.write(name, value)?;
    }
    let _fixture = Fixture::new()?;
    let _lxcfs = Lxcfs::new()?;
    in_child_with(libc::CLONE_NEWPID, || {
        group.enter()?;
        let mut rows = Vec::new();
        for name in FILES {
            let of = |side, options: &str| -> Result<f64> {
                cost(&Mount::fresh(side, options)?.path(name)?)
            };
            let theirs = format!("{PLACE}/proc/{name}");
            let there = Path::new(&theirs).exists();
            rows.push(Row {
                name: name.into(),
                proc2: of(Side::Proc2, "cgroup=init")?,
                procfs: of(Side::Procfs, "")?,
                lxcfs: match there {
                    true => Some(cost(&CString::new(theirs)?)?),
                    false => None,
                },
            });
        }
        ensure!(
            rows.iter().any(|row| row.lxcfs.is_some()),
            "lxcfs has none of the files"
        );
        Ok(rows)
    })
}
