// SPDX-License-Identifier: GPL-2.0

//! What an instance with a policy costs, beside one without and beside procfs.

use std::ffi::CStr;
use std::fmt::Write as _;

use super::clock::{median, Meter};
use super::entries::open;
use super::fixture::{Mount, Side};
use super::root;
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};
use rustix::fs::{seek, statat, AtFlags, SeekFrom, CWD};
use rustix::io::read;

/// As containers have it.
const CONTAINER: &str = "subset=container";
/// A list with one name in a directory of `sys`.
const HIDE: &str = "hide=sys/kernel/core_pattern";
/// So many bytes of names that are looked up by nobody make a long policy.
const LONG: usize = 3_600;

/// What is done with a fresh instance before the last repetition counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cache {
    /// Nothing: a first lookup.
    Cold,
    /// The same a few times.
    Warm,
}

/// One thing to do in an instance.
struct Work {
    name: &'static str,
    path: &'static str,
    cache: Cache,
    run: fn(&Meter, &CStr) -> Result<u64>,
    /// At most so many instructions more than without a policy.
    most: f64,
}

const WORK: [Work; 7] = [
    Work {
        name: "stat uptime, known",
        path: "uptime",
        cache: Cache::Warm,
        run: stat,
        most: 40.0,
    },
    Work {
        name: "stat uptime, first",
        path: "uptime",
        cache: Cache::Cold,
        run: stat,
        most: 1_200.0,
    },
    Work {
        name: "read sys/kernel/osrelease, known",
        path: "sys/kernel/osrelease",
        cache: Cache::Warm,
        run: whole,
        most: 40.0,
    },
    Work {
        name: "stat sys/kernel/osrelease, first",
        path: "sys/kernel/osrelease",
        cache: Cache::Cold,
        run: stat,
        most: 3_500.0,
    },
    Work {
        name: "read net/dev, known",
        path: "net/dev",
        cache: Cache::Warm,
        run: whole,
        most: 1_400.0,
    },
    Work {
        name: "read self/statm, known",
        path: "self/statm",
        cache: Cache::Warm,
        run: whole,
        most: 40.0,
    },
    Work {
        name: "stat kcore, which is hidden",
        path: "kcore",
        cache: Cache::Warm,
        run: missing,
        most: 0.0,
    },
];

fn stat(meter: &Meter, path: &CStr) -> Result<u64> {
    let (count, result) = meter.count(|| statat(CWD, path, AtFlags::empty()));
    result?;
    Ok(count)
}

fn missing(meter: &Meter, path: &CStr) -> Result<u64> {
    Ok(meter
        .count(|| statat(CWD, path, AtFlags::empty()).map(drop))
        .0)
}

fn whole(meter: &Meter, path: &CStr) -> Result<u64> {
    let mut buffer = [0; 4096];
    let (count, result) = meter.count(|| -> Result<usize> {
        let file = open(path)?;
        Ok(read(&file, &mut buffer)?)
    });
    ensure!(result? > 0, "{path:?} is empty");
    Ok(count)
}

/// What the work costs in an instance with these options.
fn cost(side: Side, options: &str, work: &Work) -> Result<f64> {
    let meter = Meter::short();
    // The least: whether anything else falls into it depends on what was done before.
    let mut least = u64::MAX;
    for _ in 0..9 {
        let mount = Mount::fresh(side, options)?;
        // The way to the root is hot.
        stat(&meter, &mount.path("")?)?;
        let path = mount.path(work.path)?;
        if work.cache == Cache::Warm {
            for _ in 0..3 {
                (work.run)(&meter, &path)?;
            }
        }
        least = least.min((work.run)(&meter, &path)?);
    }
    Ok(least as f64)
}

/// What listing `sys/kernel` costs for the second time.
fn listing(side: Side, options: &str) -> Result<f64> {
    let (meter, mut buffer) = (Meter::long(), vec![1; 64 << 10]);
    let mut counts = Vec::new();
    for _ in 0..5 {
        let mount = Mount::fresh(side, options)?;
        let directory = open(&mount.path("sys/kernel")?)?;
        for last in [false, true] {
            seek(&directory, SeekFrom::Start(0))?;
            let (count, filled) = meter.count(|| root::list(&directory, &mut buffer));
            ensure!(filled? > 0, "sys/kernel is empty");
            if last {
                counts.push(count);
            }
        }
    }
    Ok(median(counts) as f64)
}

/// A list of names that are nobody's.
fn long_list() -> String {
    let mut list = String::new();
    for number in 0.. {
        // A value has 255 bytes at most.
        let separator = match number {
            0 => "hide=",
            n if n % 12 == 0 => ",hide=",
            _ => ":",
        };
        let _ = write!(list, "{separator}nothing/at/n{number:05}");
        if list.len() > LONG {
            return list;
        }
    }
    list
}

fn row(name: String, proc2: f64, procfs: f64, without: f64, target: Target) -> Row {
    Row {
        group: Group::Policy,
        name,
        proc2,
        procfs,
        floor: Some(without),
        target: Some(target),
    }
}

/// Measures all of it.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for work in &WORK {
        // What procfs has not hidden is no measure for what is.
        let procfs = cost(Side::Procfs, "", work)?;
        let without = match work.most {
            0.0 => cost(
                Side::Proc2,
                CONTAINER,
                &Work {
                    path: "never",
                    ..*work
                },
            )?,
            _ => cost(Side::Proc2, "", work)?,
        };
        let with = cost(Side::Proc2, CONTAINER, work)?;
        let target = Target::MoreThanFloor(work.most);
        rows.push(row(work.name.into(), with, procfs, without, target));
    }
    let first = &WORK[1];
    let procfs = cost(Side::Procfs, "", first)?;
    let (short, long) = (
        cost(Side::Proc2, HIDE, first)?,
        cost(Side::Proc2, &long_list(), first)?,
    );
    let name = "stat uptime, first, with lists of 3,600 bytes (floor: of 28)";
    rows.push(row(
        name.into(),
        long,
        procfs,
        short,
        Target::MoreThanFloor(20.0),
    ));
    let (procfs, without) = (listing(Side::Procfs, "")?, listing(Side::Proc2, "")?);
    for options in [HIDE, CONTAINER] {
        let name = format!("list sys/kernel, known, {options}");
        rows.push(row(
            name,
            listing(Side::Proc2, options)?,
            procfs,
            without,
            Target::Share(3.0),
        ));
    }
    Ok(rows)
}
