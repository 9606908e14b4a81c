// SPDX-License-Identifier: GPL-2.0

//! What is written to entries, by class, and how.

use std::os::fd::OwnedFd;
use std::sync::OnceLock;
use std::time::Duration;

use proc2_e2e::errno::{name, show};
use proc2_e2e::probe::{self, At};
use proc2_e2e::target::Target;
use rustix::fs::OFlags;
use rustix::io::{pread, pwrite, write, Errno};

pub(super) const CLASSES: &[&str] = &["write_good", "write_bad", "write_empty", "write_oversized"];

const GOOD: &str = CLASSES[0];
const BAD: &str = CLASSES[1];
const EMPTY: &str = CLASSES[2];
const OVERSIZED: &str = CLASSES[3];

/// One input.
pub(super) struct Input {
    pub(super) class: &'static str,
    /// The entries that it is for; none: for every one.
    entries: &'static [&'static str],
    text: &'static [u8],
    /// How often the text is repeated.
    times: usize,
}

const fn any(class: &'static str, text: &'static [u8], times: usize) -> Input {
    Input {
        class,
        entries: &[],
        text,
        times,
    }
}

const fn good(entries: &'static [&'static str], text: &'static [u8]) -> Input {
    Input {
        class: GOOD,
        entries,
        text,
        times: 1,
    }
}

const COMM: &[&str] = &["comm"];
const ADJ: &[&str] = &["oom_adj"];
const SCORE: &[&str] = &["oom_score_adj"];
const DUMP: &[&str] = &["coredump_filter"];
const MAP: &[&str] = &["uid_map", "gid_map", "projid_map"];
const GROUPS: &[&str] = &["setgroups"];
const SLACK: &[&str] = &["timerslack_ns"];
const AUTOGROUP: &[&str] = &["autogroup"];
const SCHED: &[&str] = &["sched", "make-it-fail", "fail-nth"];
const REFS: &[&str] = &["clear_refs"];
const LOGIN: &[&str] = &["loginuid"];
const OFFSETS: &[&str] = &["timens_offsets"];
const MEM: &[&str] = &["mem"];
const ATTR: &[&str] = &[
    "current",
    "exec",
    "fscreate",
    "keycreate",
    "sockcreate",
    "prev",
];

/// All inputs, in the order in which they are written: the good ones last, as some can be written
/// once only.
pub(super) const INPUTS: &[Input] = &[
    any(EMPTY, b"", 1),
    any(BAD, b"x", 1),
    any(BAD, b"\n", 1),
    any(BAD, b"nonsense\n", 1),
    any(BAD, b"-", 1),
    any(BAD, b"1x", 1),
    any(BAD, b"0x", 1),
    any(BAD, b"\0", 1),
    any(BAD, b" ", 1),
    any(BAD, b"1 2 3 4", 1),
    any(BAD, b"0 0 1 \n0 0", 1),
    any(BAD, b"99999999999999999999999", 1),
    any(BAD, b"-99999999999", 1),
    any(BAD, b"\xff\xfe", 1),
    any(OVERSIZED, b"1", 5000),
    any(OVERSIZED, b" ", 200),
    any(OVERSIZED, b"deny", 20),
    any(OVERSIZED, b"0 0 1\n", 400),
    any(OVERSIZED, b"long\n", 30_000),
    good(COMM, b"renamed"),
    good(COMM, b"line\nfeed"),
    good(COMM, b"a name that is too long by far"),
    good(COMM, b"end\n"),
    good(ADJ, b"5"),
    good(ADJ, b"-17"),
    good(ADJ, b" 15\n"),
    good(ADJ, b"-3"),
    good(ADJ, b"16"),
    good(SCORE, b"17"),
    good(SCORE, b" 100 "),
    good(SCORE, b"-1000\n"),
    good(SCORE, b"1000"),
    good(SCORE, b"1001"),
    good(SCORE, b"0x10"),
    good(DUMP, b"0"),
    good(DUMP, b"33\n"),
    good(DUMP, b"0xff"),
    good(DUMP, b"0777"),
    good(DUMP, b"4294967295"),
    // Only the first that is valid for the writer counts.
    good(MAP, b"0 0 1\n5 100000 10\n5 6 7\n"),
    good(MAP, b"0 1000 1\n"),
    good(MAP, b"0 0 1\n5 100000 10\n"),
    good(MAP, b"7 8 9"),
    good(GROUPS, b"deny"),
    good(GROUPS, b"allow"),
    good(GROUPS, b"deny\n"),
    // Once setgroups(2) is denied, a group may be mapped.
    good(GROUPS, b"allow \n"),
    good(SLACK, b"5000"),
    good(SLACK, b"123456789\n"),
    good(SLACK, b"0x100"),
    good(SLACK, b"0"),
    good(AUTOGROUP, b"5"),
    good(AUTOGROUP, b"-3"),
    good(AUTOGROUP, b" 0\n"),
    good(AUTOGROUP, b"20"),
    good(SCHED, b"1"),
    good(SCHED, b"0"),
    good(REFS, b"1"),
    good(REFS, b"2\n"),
    good(REFS, b"3"),
    good(REFS, b"4"),
    good(REFS, b"5"),
    good(REFS, b"6"),
    good(LOGIN, b"1000"),
    good(LOGIN, b"4294967295"),
    good(LOGIN, b"2000\n"),
    good(OFFSETS, b"monotonic 10 0\n"),
    good(OFFSETS, b"boottime -1 5"),
    good(OFFSETS, b"7 3 0\n1 4 999999999\n"),
    good(OFFSETS, b"monotonic 1 1000000000"),
    good(OFFSETS, b"realtime 1 0"),
    good(ATTR, b"unconfined"),
    good(ATTR, b"changeprofile unconfined"),
    good(ATTR, b"exec unconfined"),
    good(ATTR, b"stack unconfined"),
    good(ATTR, b"permprofile \0none"),
    good(MEM, b"written through mem"),
];

/// Three pages that the twins have where this process has them.
static MEMORY: OnceLock<&'static [u8]> = OnceLock::new();

/// Maps them. Before the twins are forked.
pub(super) fn prepare() {
    MEMORY.get_or_init(|| Vec::leak(vec![7; 3 * 4096]));
}

impl Input {
    /// Whether it is to be written to an entry of a target.
    pub(super) fn suits(&self, entry: &str, target: &Target, writable: bool) -> bool {
        let last = entry.rsplit('/').next().unwrap_or(entry);
        // A fault in the writer itself would end the test.
        if last == "fail-nth" && target.name == "self" && self.text == b"1" {
            return false;
        }
        if !self.entries.is_empty() {
            return writable && self.entries.contains(&last);
        }
        // So would a writer that writes over its own heap.
        if last == "mem" && target.name == "self" && self.text.len() * self.times > 1000 {
            return false;
        }
        // One of each class shows that an entry takes no writes.
        writable || [&b""[..], b"x", b"1"].contains(&self.text)
    }

    /// What reports call it.
    pub(super) fn shown(&self) -> String {
        let text = self.text.escape_ascii();
        match self.times {
            1 => format!("\"{text}\""),
            times => format!("{times} times \"{text}\""),
        }
    }

    /// Writes it in several ways; gives what the calls return, and what reads back of an entry that is
    /// there to be written: twins are alike in nothing else.
    pub(super) fn write(&self, at: At<'_>, writable: bool) -> Vec<u8> {
        let text = self.text.repeat(self.times);
        let fd = match at.open(OFlags::WRONLY) {
            Ok(fd) => fd,
            Err(error) => return name(error.raw_os_error()).into(),
        };
        if at.path.ends_with("/mem") {
            return write_memory(&fd, &text, at);
        }
        let mut result = format!("write {}\n", counted(|| write(&fd, &text))).into_bytes();
        let mut read_back = || {
            if writable {
                result.extend_from_slice(&probe::read_all(at));
            }
            result.push(b'\n');
        };
        read_back();
        let again = counted(|| pwrite(&fd, &text, 3));
        read_back();
        let both = at
            .open(OFlags::RDWR)
            .map(|fd| counted(|| write(&fd, &text)));
        read_back();
        result.extend_from_slice(
            format!("at 3: {again}, by both: {}", show(both, |text| text)).as_bytes(),
        );
        result
    }
}

/// The result of a write, made again where the kernel asks to come back later: the nice level of an
/// autogroup may be set ten times a second, whoever's it is.
fn counted(write: impl Fn() -> rustix::io::Result<usize>) -> String {
    for _ in 0..3 {
        let result = write();
        if result != Err(Errno::AGAIN) {
            return show(result, |n| n.to_string());
        }
        std::thread::sleep(Duration::from_millis(120));
    }
    "EAGAIN".into()
}

/// Writes to memory that is the target's own, to its code, to none, and across the end of a mapping.
fn write_memory(fd: &OwnedFd, text: &[u8], at: At<'_>) -> Vec<u8> {
    let memory = MEMORY.get().map_or(0, |memory| memory.as_ptr() as u64);
    let code = (write_memory as *const () as u64) & !0xfff;
    let mut all = Vec::new();
    for (place, address) in [
        ("data", memory),
        ("odd", memory + 4090),
        ("code", code),
        ("none", 0),
        ("low", 4096),
        ("high", 0x7fff_ffff_f000),
        ("kernel", 0xffff_8000_0000_0000),
    ] {
        // The writer needs its own code.
        if at.path.starts_with("self") && ["odd", "code"].contains(&place) {
            continue;
        }
        all.extend_from_slice(
            format!("{place} {}: ", counted(|| pwrite(fd, text, address))).as_bytes(),
        );
        let mut buffer = [0; 40];
        let read = at
            .open(OFlags::RDONLY)
            .and_then(|fd| pread(&fd, &mut buffer, address));
        match read {
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(error) => all.extend_from_slice(name(error.raw_os_error()).as_bytes()),
        }
        all.push(b'\n');
    }
    all
}
