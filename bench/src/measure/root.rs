// SPDX-License-Identifier: GPL-2.0

//! Listing the root: what each task costs, when nothing is cached and when all is.

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd};

use super::clock::{median, Meter};
use super::entries::open;
use super::fixture::{both, Mount, Side};
use super::processes::Sleepers;
use anyhow::{ensure, Result};
use proc2_bench::{Group, Row, Target};
use proc2_e2e::caller::{Caller, ORDINARY, OTHER, ROOT};
use proc2_e2e::child::in_child;
use rustix::fs::{seek, statat, AtFlags, SeekFrom, CWD};

/// What glibc's readdir() asks for at a time.
const CHUNK: usize = 32 << 10;

/// `TGID_OFFSET`: the position of process 0 in the root.
const FIRST_TASK: u64 = 258;

/// How procfs and proc2 are looked at.
struct View {
    name: &'static str,
    options: &'static str,
    caller: Caller,
    /// Whether the sleepers are there for the caller.
    shown: bool,
}

const VIEWS: [View; 3] = [
    View {
        name: "hidepid=off",
        options: "",
        caller: ROOT,
        shown: true,
    },
    View {
        name: "hidepid=invisible",
        options: "hidepid=invisible",
        caller: ORDINARY,
        shown: true,
    },
    View {
        name: "hidepid=invisible, all hidden",
        options: "hidepid=invisible",
        caller: Caller {
            name: "other user",
            uid: OTHER,
            ..ORDINARY
        },
        shown: false,
    },
];

/// Reads a directory to its end, as fast as can be, into `buffer`; how many bytes there were.
pub(crate) fn list(directory: &OwnedFd, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    loop {
        let room = &mut buffer[filled..];
        let length = room.len().min(CHUNK);
        // SAFETY: the kernel writes at most `length` bytes to the buffer, which is that long. rustix has only a call that looks
        // at each entry, which would be counted.
        let read = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                directory.as_raw_fd(),
                room.as_mut_ptr(),
                length,
            )
        };
        match usize::try_from(read) {
            Ok(0) => return Ok(filled),
            Ok(read) => filled += read,
            Err(_) => return Err(std::io::Error::last_os_error().into()),
        }
    }
}

/// The names in what [`list`] read.
pub(crate) fn names(mut entries: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    while let [_, ..] = entries {
        let length = usize::from(u16::from_ne_bytes([entries[16], entries[17]]));
        ensure!((19..=entries.len()).contains(&length), "a damaged entry");
        let name = entries[19..length].split(|&byte| byte == 0).next();
        names.push(String::from_utf8_lossy(name.unwrap_or_default()).into_owned());
        entries = &entries[length..];
    }
    Ok(names)
}

/// The tasks of a root from the process `first` on.
pub(crate) struct Listing {
    directory: OwnedFd,
    first: u64,
    buffer: Vec<u8>,
}

impl Listing {
    pub(crate) fn new(mount: &Mount, sleepers: &Sleepers) -> Result<Self> {
        Ok(Self {
            directory: open(&mount.path("")?)?,
            first: FIRST_TASK + u64::from(sleepers.first()?.unsigned_abs()),
            // Filled, so that its pages are there: an entry is at most 32 bytes long.
            buffer: vec![1; sleepers.size() * 32 + 2 * CHUNK],
        })
    }

    /// What listing costs, and which there are.
    pub(crate) fn count(&mut self, meter: &Meter) -> Result<(u64, Vec<String>)> {
        seek(&self.directory, SeekFrom::Start(self.first))?;
        let (count, filled) = meter.count(|| list(&self.directory, &mut self.buffer));
        Ok((count, names(&self.buffer[..filled?])?))
    }
}

/// Measures the listing for each way to look.
pub(crate) fn measure(sleepers: &Sleepers) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for view in &VIEWS {
        let cold = both(|side| repeated(sleepers, || fresh(side, view, sleepers, first_time)))?;
        let warm = both(|side| repeated(sleepers, || fresh(side, view, sleepers, second_time)))?;
        let (cold_most, warm_most) = if view.shown { (0.30, 0.55) } else { (1.0, 1.0) };
        rows.push(row("readdir, cold", view, sleepers, cold, cold_most));
        rows.push(row("readdir, warm", view, sleepers, warm, warm_most));
        if view.shown {
            let each = both(|side| repeated(sleepers, || fresh(side, view, sleepers, stat_each)))?;
            rows.push(row("readdir and stat of each", view, sleepers, each, 0.90));
        }
    }
    Ok(rows)
}

fn row(
    what: &str,
    view: &View,
    sleepers: &Sleepers,
    (proc2, procfs): (f64, f64),
    most: f64,
) -> Row {
    Row {
        group: Group::Root,
        name: format!("{what}, {}, {} tasks", view.name, sleepers.size()),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(most)),
    }
}

/// What a measurement on a fresh instance usually gives, for each task. The fewer there are, the more an interrupt would show.
pub(crate) fn repeated(sleepers: &Sleepers, mut work: impl FnMut() -> Result<u64>) -> Result<f64> {
    let times = (1_000 / sleepers.size()).clamp(1, 4) * 2 + 1;
    let counts = (0..times).map(|_| work()).collect::<Result<_>>()?;
    Ok(median(counts) as f64 / sleepers.size() as f64)
}

/// So many workers of the kernel may begin while there are sleepers.
const WORKERS: usize = 8;

/// Measures on a fresh instance, as the caller of `view`.
fn fresh(
    side: Side,
    view: &View,
    sleepers: &Sleepers,
    work: fn(&Mount, &Sleepers) -> Result<(u64, usize)>,
) -> Result<u64> {
    let mount = Mount::fresh(side, view.options)?;
    let (count, seen) = in_child(|| {
        view.caller.become_it()?;
        work(&mount, sleepers)
    })?;
    let due = if view.shown { sleepers.size() } else { 0 };
    // The child that looks comes after the sleepers, and who sees anything sees it too; who sees all sees the kernel's workers that
    // have begun meanwhile.
    let workers = if view.shown { WORKERS } else { 0 };
    ensure!(
        (due + 1..=due + 1 + workers).contains(&seen),
        "{seen} tasks seen instead of {} of the sleepers and the reader",
        due
    );
    Ok(count)
}

fn first_time(mount: &Mount, sleepers: &Sleepers) -> Result<(u64, usize)> {
    let (count, names) = Listing::new(mount, sleepers)?.count(&Meter::long())?;
    Ok((count, names.len()))
}

fn second_time(mount: &Mount, sleepers: &Sleepers) -> Result<(u64, usize)> {
    let (mut listing, meter) = (Listing::new(mount, sleepers)?, Meter::long());
    listing.count(&meter)?;
    let (count, names) = listing.count(&meter)?;
    Ok((count, names.len()))
}

fn stat_each(mount: &Mount, sleepers: &Sleepers) -> Result<(u64, usize)> {
    let (mut listing, meter) = (Listing::new(mount, sleepers)?, Meter::long());
    let (count, names) = listing.count(&meter)?;
    let paths = names.iter().map(|name| mount.path(name));
    let paths = paths.collect::<Result<Vec<CString>>>()?;
    let (more, result) = meter.count(|| {
        paths
            .iter()
            .try_for_each(|path| statat(CWD, path.as_c_str(), AtFlags::empty()).map(drop))
    });
    result?;
    Ok((count + more, names.len()))
}
