// SPDX-License-Identifier: GPL-2.0

//! What a row of `.proc2/tasks` has to show, from the files that procfs has for a process: `stat`,
//! `status`, `cmdline` and `cgroup`.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;

use anyhow::{Context as _, Result};
use rustix::fs::OFlags;

use crate::probe::At;
use crate::snapshot::{self, COMMAND_LINE};

/// Columns that are a field of `stat`, by the number that proc(5) gives it.
const STAT: &[(&str, usize)] = &[
    ("state", 3),
    ("ppid", 4),
    ("pgrp", 5),
    ("session", 6),
    ("tty", 7),
    ("tpgid", 8),
    ("flags", 9),
    ("min_flt", 10),
    ("cmin_flt", 11),
    ("maj_flt", 12),
    ("cmaj_flt", 13),
    ("utime", 14),
    ("stime", 15),
    ("cutime", 16),
    ("cstime", 17),
    ("priority", 18),
    ("nice", 19),
    ("threads", 20),
    ("start_time", 22),
    ("cpu", 39),
    ("rt_priority", 40),
    ("policy", 41),
    ("blkio_ticks", 42),
    ("guest_time", 43),
    ("cguest_time", 44),
];

/// Columns that are a word of a line of `status`; 0 for a task without the line.
const STATUS: &[(&str, &str, usize)] = &[
    ("tracer", "TracerPid", 0),
    ("uid", "Uid", 0),
    ("euid", "Uid", 1),
    ("suid", "Uid", 2),
    ("fsuid", "Uid", 3),
    ("gid", "Gid", 0),
    ("egid", "Gid", 1),
    ("sgid", "Gid", 2),
    ("fsgid", "Gid", 3),
    ("voluntary_switches", "voluntary_ctxt_switches", 0),
    ("involuntary_switches", "nonvoluntary_ctxt_switches", 0),
    ("vm_size", "VmSize", 0),
    ("vm_peak", "VmPeak", 0),
    ("vm_lck", "VmLck", 0),
    ("vm_data", "VmData", 0),
    ("vm_stk", "VmStk", 0),
    ("vm_pte", "VmPTE", 0),
    ("vm_swap", "VmSwap", 0),
    ("vm_rss", "VmRSS", 0),
    ("vm_hwm", "VmHWM", 0),
    ("rss_anon", "RssAnon", 0),
    ("rss_file", "RssFile", 0),
    ("rss_shmem", "RssShmem", 0),
];

/// What a row shows, by column; strings are quoted as Rust quotes bytes.
pub type Shown = BTreeMap<String, String>;

fn quoted(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// What the row of a process shows.
pub fn of_row(row: &snapshot::Row) -> Shown {
    let mut shown = row.values.clone();
    let task = &row.task;
    let more = if task.cmdline.whole { "" } else { " and more" };
    shown.extend([
        ("comm".into(), quoted(&task.comm)),
        ("cgroup".into(), quoted(&task.cgroup)),
        ("cmdline".into(), quoted(&task.cmdline.bytes) + more),
    ]);
    shown
}

/// What it has to show, from the files below `root` of the process that has the number `pid` there
/// and `identity` in pidfs.
pub fn expected(root: BorrowedFd<'_>, pid: i32, identity: u64) -> Result<Shown> {
    let mut shown = from_directory(root, &pid.to_string())?;
    shown.insert("ino".into(), identity.to_string());
    // By the number that it was looked up by.
    shown.insert("pid".into(), pid.to_string());
    Ok(shown)
}

/// The same of a thread, but for its identity.
pub fn expected_of_thread(root: BorrowedFd<'_>, pid: i32, tid: i32) -> Result<Shown> {
    let mut shown = from_directory(root, &format!("{pid}/task/{tid}"))?;
    shown.insert("tid".into(), tid.to_string());
    shown.insert("pid".into(), pid.to_string());
    Ok(shown)
}

/// What the files in a task's directory say.
fn from_directory(root: BorrowedFd<'_>, directory: &str) -> Result<Shown> {
    let file = |name: &str| read(root, &format!("{directory}/{name}"));
    let stat = file("stat")?;
    let (open, close) = (
        position(&stat, b'(')?,
        stat.iter().rposition(|byte| *byte == b')'),
    );
    let close = close.context("stat without ')'")?;
    let after = String::from_utf8(stat[close + 1..].to_vec())?;
    let after: Vec<&str> = after.split_whitespace().collect();
    let mut shown = Shown::new();
    for (column, field) in STAT {
        // The third field is the first behind the name.
        let value = after.get(field - 3).context("stat is short")?;
        shown.insert(column.to_string(), value.to_string());
    }
    let status = file("status")?;
    for (column, line, word) in STATUS {
        let value = status_line(&status, line).map(|rest| {
            let word = rest.split_whitespace().nth(*word);
            word.unwrap_or_default().to_string()
        });
        shown.insert(column.to_string(), value.unwrap_or_else(|| "0".into()));
    }
    let cgroup = file("cgroup")?;
    let path = cgroup
        .split(|byte| *byte == b'\n')
        .find_map(|line| line.strip_prefix(b"0::"));
    let cmdline = file("cmdline")?;
    let (beginning, rest) = cmdline.split_at(cmdline.len().min(COMMAND_LINE));
    let more = if rest.is_empty() { "" } else { " and more" };
    shown.extend([
        ("comm".into(), quoted(&stat[open + 1..close])),
        // Until somebody mounts the default hierarchy the file does not show it; all are in its
        // root then.
        ("cgroup".into(), quoted(path.unwrap_or(b"/"))),
        ("cmdline".into(), quoted(beginning) + more),
    ]);
    Ok(shown)
}

fn position(bytes: &[u8], byte: u8) -> Result<usize> {
    bytes
        .iter()
        .position(|other| *other == byte)
        .context("stat without '('")
}

/// What stands behind the colon in the line that begins with `key`.
fn status_line<'a>(status: &'a [u8], key: &str) -> Option<&'a str> {
    let lines = status.split(|byte| *byte == b'\n');
    let rest = lines.filter_map(|line| line.strip_prefix(key.as_bytes())?.strip_prefix(b":"));
    rest.filter_map(|rest| std::str::from_utf8(rest).ok())
        .next()
}

fn read(root: BorrowedFd<'_>, path: &str) -> Result<Vec<u8>> {
    use std::io::Read;
    let fd = At { root, path }
        .open(OFlags::RDONLY)
        .with_context(|| format!("opening {path}"))?;
    let mut bytes = Vec::new();
    std::fs::File::from(fd)
        .read_to_end(&mut bytes)
        .with_context(|| format!("reading {path}"))?;
    Ok(bytes)
}
