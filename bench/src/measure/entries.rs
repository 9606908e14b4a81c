// SPDX-License-Identifier: GPL-2.0

//! Every entry of a task: text, links and directories. The directory says which there are.

use std::ffi::CStr;
use std::fs;
use std::os::fd::OwnedFd;

use super::clock::Meter;
use super::fixture::{both, Fixture, Side};
use super::root::list;
use anyhow::{ensure, Context as _, Result};
use proc2_bench::{Group, Row, Target};
use proc2_e2e::dirent;
use rustix::fs::{openat, readlinkat_raw, FileType, Mode, OFlags, CWD};
use rustix::io::Errno;

/// What a reader that wants all of a file in one read has at hand.
const BUFFER: usize = 64 << 10;

pub(crate) fn open(path: &CStr) -> Result<OwnedFd, Errno> {
    openat(CWD, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

/// open, one read, close; how many bytes there were.
pub(crate) fn read_once(path: &CStr, buffer: &mut [u8]) -> Result<usize, Errno> {
    rustix::io::read(&open(path)?, buffer)
}

/// open, reads of as much as `buffer` holds, to the end: what that costs, and how many lines there are.
pub(crate) fn read_lines(path: &CStr, meter: &Meter, buffer: &mut [u8]) -> Result<(u64, usize)> {
    let (mut cost, file) = meter.count(|| open(path));
    let (file, mut lines) = (file?, 0);
    loop {
        let (more, read) = meter.count(|| rustix::io::read(&file, &mut *buffer));
        cost += more;
        match read? {
            0 => return Ok((cost, lines)),
            read => lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count(),
        }
    }
}

/// Measures all entries of one process.
pub(crate) fn measure(fixture: &Fixture) -> Result<Vec<Row>> {
    let process = super::processes::single()?;
    let id = process.id().to_string();
    fs::create_dir(format!("floor-/{id}"))?;
    let directory = open(&fixture.mount(Side::Procfs).path(&id)?)?;
    let (meter, mut rows) = (Meter::short(), Vec::new());
    let mut entries = dirent::read(std::os::fd::AsFd::as_fd(&directory))?;
    entries.retain(|entry| !entry.name.starts_with('.'));
    for entry in &entries {
        let rest = format!("{id}/{}", entry.name);
        let work = || match entry.kind {
            FileType::Directory => directory_row(fixture, &meter, &rest),
            FileType::Symlink => link_row(fixture, &meter, &rest),
            _ => file_rows(fixture, &meter, &rest),
        };
        let new = work().with_context(|| format!("measuring {}", entry.name))?;
        rows.extend(new.into_iter().map(|row| Row {
            name: entry.name.clone(),
            ..row
        }));
    }
    Ok(rows)
}

fn file_rows(fixture: &Fixture, meter: &Meter, rest: &str) -> Result<Vec<Row>> {
    let mut buffer = vec![0; BUFFER];
    let path = |side| fixture.mount(side).path(rest);
    let length = match read_once(&path(Side::Procfs)?, &mut buffer) {
        Ok(length) => length,
        Err(errno) => {
            // Not to be read by anyone, or not at its start: no text.
            let ours = read_once(&path(Side::Proc2)?, &mut buffer);
            ensure!(ours == Err(errno), "procfs: {errno}, proc2: {ours:?}");
            return Ok(Vec::new());
        }
    };
    let floor = fixture.floor.path(rest)?;
    fs::write(floor.to_str()?, &buffer[..length])?;
    let mut whole = |path: &CStr| {
        meter.usual(|| {
            read_once(path, &mut buffer)?;
            Ok(())
        })
    };
    let (proc2, procfs) = both(|side| whole(&path(side)?))?;
    let mut rows = vec![Row {
        group: Group::Read,
        name: String::new(),
        proc2,
        procfs,
        floor: Some(whole(&floor)?),
        target: Some(Target::ShareAboveFloor(1.0 / 3.0)),
    }];
    let mut again = |path: &CStr| {
        let file = open(path)?;
        meter.usual(|| {
            rustix::io::pread(&file, &mut buffer, 0)?;
            Ok(())
        })
    };
    let (proc2, procfs) = both(|side| again(&path(side)?))?;
    rows.push(Row {
        group: Group::Pread,
        name: String::new(),
        proc2,
        procfs,
        floor: Some(again(&floor)?),
        target: Some(Target::Share(1.0)),
    });
    Ok(rows)
}

fn link_row(fixture: &Fixture, meter: &Meter, rest: &str) -> Result<Vec<Row>> {
    let mut buffer = [0_u8; 4096];
    let mut follow = |path: &CStr| {
        meter.usual(|| {
            readlinkat_raw(CWD, path, &mut buffer)?;
            Ok(())
        })
    };
    let (proc2, procfs) = both(|side| follow(&fixture.mount(side).path(rest)?))?;
    Ok(vec![Row {
        group: Group::Link,
        name: String::new(),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    }])
}

fn directory_row(fixture: &Fixture, meter: &Meter, rest: &str) -> Result<Vec<Row>> {
    let mut buffer = vec![0; BUFFER];
    let mut listing = |path: &CStr| {
        meter.usual(|| {
            list(&open(path)?, &mut buffer)?;
            Ok(())
        })
    };
    let (proc2, procfs) = both(|side| listing(&fixture.mount(side).path(rest)?))?;
    Ok(vec![Row {
        group: Group::Dir,
        name: String::new(),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    }])
}
