// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/limits` (proc_pid_limits() in fs/proc/base.c).

use crate::pure::text::Text;

/// How many limits there are (RLIM_NLIMITS).
pub(crate) const COUNT: usize = NAMES.len();

/// "No limit" (RLIM_INFINITY).
const INFINITY: u64 = u64::MAX;

/// Name and unit of each limit, by number (RLIMIT_CPU is 0).
const NAMES: [(&str, Option<&str>); 16] = [
    ("Max cpu time", Some("seconds")),
    ("Max file size", Some("bytes")),
    ("Max data size", Some("bytes")),
    ("Max stack size", Some("bytes")),
    ("Max core file size", Some("bytes")),
    ("Max resident set", Some("bytes")),
    ("Max processes", Some("processes")),
    ("Max open files", Some("files")),
    ("Max locked memory", Some("bytes")),
    ("Max address space", Some("bytes")),
    ("Max file locks", Some("locks")),
    ("Max pending signals", Some("signals")),
    ("Max msgqueue size", Some("bytes")),
    ("Max nice priority", None),
    ("Max realtime priority", None),
    ("Max realtime timeout", Some("us")),
];

/// One limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// The soft limit.
    pub(crate) current: u64,
    /// The hard limit.
    pub(crate) maximum: u64,
}

/// Writes the whole file.
pub(crate) fn show(limits: &[Limit; COUNT], out: &mut Text<'_>) {
    row(
        out,
        "Limit",
        |out| out.left(b"Soft Limit", 20),
        |out| out.left(b"Hard Limit", 20),
    );
    out.left(b"Units", 10);
    out.byte(b'\n');
    for ((name, unit), limit) in NAMES.iter().zip(limits) {
        row(
            out,
            name,
            |out| value(out, limit.current),
            |out| value(out, limit.maximum),
        );
        if let Some(unit) = unit {
            out.left(unit.as_bytes(), 10);
        }
        out.byte(b'\n');
    }
}

/// The first three columns, a space after each.
fn row(
    out: &mut Text<'_>,
    name: &str,
    soft: impl FnOnce(&mut Text<'_>),
    hard: impl FnOnce(&mut Text<'_>),
) {
    out.left(name.as_bytes(), 25);
    out.byte(b' ');
    soft(out);
    out.byte(b' ');
    hard(out);
    out.byte(b' ');
}

fn value(out: &mut Text<'_>, limit: u64) {
    match limit {
        INFINITY => out.left(b"unlimited", 20),
        _ => out.dec_left(limit, 20),
    }
}
