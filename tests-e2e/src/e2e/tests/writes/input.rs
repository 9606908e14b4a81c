// SPDX-License-Identifier: GPL-2.0

//! What is written to entries, by class, and how.

use std::os::fd::OwnedFd;
use std::sync::OnceLock;
use std::time::Duration;

use proc2_e2e::entries;
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
#[derive(Clone, Copy)]
pub(super) struct Input {
    pub(super) class: &'static str,
    text: &'static [u8],
    /// How often the text is repeated.
    times: usize,
}

const fn input(class: &'static str, text: &'static [u8], times: usize) -> Input {
    Input { class, text, times }
}

/// What every entry gets, before what it takes: some of that can be written once only.
const ANY: &[Input] = &[
    input(EMPTY, b"", 1),
    input(BAD, b"x", 1),
    input(BAD, b"\n", 1),
    input(BAD, b"nonsense\n", 1),
    input(BAD, b"-", 1),
    input(BAD, b"1x", 1),
    input(BAD, b"0x", 1),
    input(BAD, b"\0", 1),
    input(BAD, b" ", 1),
    input(BAD, b"1 2 3 4", 1),
    input(BAD, b"0 0 1 \n0 0", 1),
    input(BAD, b"99999999999999999999999", 1),
    input(BAD, b"-99999999999", 1),
    input(BAD, b"\xff\xfe", 1),
    input(OVERSIZED, b"1", 5000),
    input(OVERSIZED, b" ", 200),
    input(OVERSIZED, b"deny", 20),
    input(OVERSIZED, b"0 0 1\n", 400),
    input(OVERSIZED, b"long\n", 30_000),
];

/// Three pages that the twins have where this process has them.
static MEMORY: OnceLock<&'static [u8]> = OnceLock::new();

/// Maps them. Before the twins are forked.
pub(super) fn prepare() {
    MEMORY.get_or_init(|| Vec::leak(vec![7; 3 * 4096]));
}

/// The inputs for an entry of a target, in the order in which they are written.
pub(super) fn suited(entry: &str, target: &Target, writable: bool) -> Vec<Input> {
    let row = entries::writes(entry).filter(|_| writable);
    let good = row.map_or(&[][..], |row| row.good);
    let good = good.iter().map(|text| input(GOOD, text, 1));
    // A fault in the writer itself would end the test.
    let ends = |text: &[u8]| target.name == "self" && entry.ends_with("fail-nth") && text == b"1";
    let any = ANY.iter().copied();
    let any = any.filter(|input| input.suits_any(entry, target, writable));
    any.chain(good).filter(|input| !ends(input.text)).collect()
}

impl Input {
    /// Whether it is to be written to an entry of a target that it was not made for.
    fn suits_any(&self, entry: &str, target: &Target, writable: bool) -> bool {
        let last = entry.rsplit('/').next().unwrap_or(entry);
        // A writer that writes over its own heap would end, too.
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

    /// Writes it in several ways; gives what the calls return, and what reads back of an entry that
    /// is there to be written: twins are alike in nothing else.
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

/// Writes to memory that is the target's own, to its code, to none, and across the end of a
/// mapping.
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
