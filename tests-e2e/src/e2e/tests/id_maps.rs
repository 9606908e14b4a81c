// SPDX-License-Identifier: GPL-2.0

//! What a look at a target at rest does not show of `uid_map` and `setgroups`: maps that are longer
//! than a buffer, read in pieces of any size, and a record that changes between two reads. procfs
//! says what is right.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use rustix::fs::{seek, OFlags, SeekFrom};
use rustix::io::{pread, read};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["id_maps": long_maps_in_pieces, a_record_in_pieces]
}

/// The most ranges that a map can have.
const RANGES: usize = 340;
/// The length of a line.
const LINE: usize = 33;

fn in_new_namespace() -> Result<Sleeper> {
    // SAFETY: a child process with one thread; the user namespace is no memory.
    Sleeper::new(|| unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }.context("unshare of users"))
}

/// A file of a process, in procfs and in the type under test.
fn both(process: &Sleeper, name: &str) -> Result<[OwnedFd; 2]> {
    let open = |fstype: &str| -> Result<OwnedFd> {
        let root = Instance::new(fstype, "")?.into_root()?;
        let path = format!("{}/{name}", process.id());
        let at = At {
            root: root.as_fd(),
            path: &path,
        };
        at.open(OFlags::RDONLY).context(path.clone())
    };
    Ok([open("proc")?, open(&fstype())?])
}

fn long_maps_in_pieces() -> Result<()> {
    let process = in_new_namespace()?;
    let ranges = (0..RANGES).map(|n| format!("{} {} 1\n", 2 * n, 2 * n + 1));
    fs::write(
        format!("/proc/{}/uid_map", process.id()),
        ranges.collect::<String>(),
    )
    .context("uid_map")?;
    let [oracle, subject] = both(&process, "uid_map")?;
    for size in [1 << 16, 5000, 4096, 1000, 50, LINE, 7] {
        let pieces = |fd: &OwnedFd| -> Result<Vec<Vec<u8>>> {
            seek(fd, SeekFrom::Start(0))?;
            let mut pieces = Vec::new();
            loop {
                let mut piece = vec![0; size];
                match read(fd, &mut piece)? {
                    0 => return Ok(pieces),
                    n => piece.truncate(n),
                }
                pieces.push(piece);
            }
        };
        let (want, got) = (pieces(&oracle)?, pieces(&subject)?);
        ensure!(
            want.concat().len() == RANGES * LINE,
            "procfs shows {} bytes",
            want.concat().len()
        );
        ensure!(want == got, "by {size} bytes other pieces are read");
    }
    for at in [
        0,
        1,
        32,
        33,
        34,
        800,
        4091,
        4092,
        4093,
        11_186,
        11_187,
        11_219,
        11_220,
        1 << 20,
    ] {
        let some = |fd: &OwnedFd| -> Result<Vec<u8>> {
            let mut piece = vec![0; 3000];
            let n = pread(fd, &mut piece, at)?;
            piece.truncate(n);
            Ok(piece)
        };
        let (want, got) = (some(&oracle)?, some(&subject)?);
        ensure!(
            want == got,
            "at {at}: {} bytes, in procfs {}",
            got.len(),
            want.len()
        );
    }
    Ok(())
}

/// Who has read the beginning of a record reads its rest, whatever has become of it; from the
/// beginning there is the new one.
fn a_record_in_pieces() -> Result<()> {
    let process = in_new_namespace()?;
    let files = both(&process, "setgroups")?;
    let next = |fd: &OwnedFd, size: usize| -> Result<String> {
        let mut piece = vec![0; size];
        let n = read(fd, &mut piece)?;
        Ok(String::from_utf8_lossy(&piece[..n]).into_owned())
    };
    for fd in &files {
        ensure!(next(fd, 3)? == "all", "the beginning");
    }
    fs::write(format!("/proc/{}/setgroups", process.id()), "deny").context("setgroups")?;
    for (fd, name) in files.iter().zip(["procfs", "the type under test"]) {
        let rest = (next(fd, 2)?, next(fd, 10)?, next(fd, 10)?);
        ensure!(
            rest == ("ow".into(), "\n".into(), String::new()),
            "{name}: then {rest:?}"
        );
        seek(fd, SeekFrom::Start(2))?;
        let tail = next(fd, 10)?;
        ensure!(tail == "ny\n", "{name}: from 2 on {tail:?}");
        seek(fd, SeekFrom::Start(0))?;
        let again = next(fd, 10)?;
        ensure!(again == "deny\n", "{name}: again {again:?}");
    }
    Ok(())
}
