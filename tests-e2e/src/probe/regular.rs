// SPDX-License-Identifier: GPL-2.0

//! Operations on a regular file: every way to read it, and calls that do not suit it.

use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{poll, PollFd, PollFlags, Timespec};
use rustix::fs::{fstat, seek, OFlags, SeekFrom};
use rustix::io::{pread, read};

use super::{opened, probes, show_stat, At, Probe};
use crate::errno::{name, show};

pub(super) const PROBES: &[Probe] = probes![
    whole,
    pieces,
    byte_by_byte,
    at_offsets,
    seeks,
    end,
    stat_open,
    poll_it,
    map,
    others,
];

/// Reads no more than this of a file that may be endless.
const LIMIT: usize = 1 << 18;

/// The rest of a file, read by buffers of the sizes that `sizes` gives, and how it ended.
fn drain(fd: &OwnedFd, mut sizes: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < LIMIT {
        let mut buffer = vec![0; sizes.next().unwrap_or(4096)];
        match read(fd, &mut buffer) {
            Ok(0) => return all,
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(error) => {
                all.extend_from_slice(format!("<{}>", name(error.raw_os_error())).as_bytes());
                return all;
            }
        }
    }
    all
}

/// The whole of a file, or the error's name.
pub fn read_all(at: At<'_>) -> Vec<u8> {
    opened(at).map_or_else(String::into_bytes, |fd| {
        drain(&fd, std::iter::repeat(1 << 16))
    })
}

fn whole(at: At<'_>) -> Vec<u8> {
    read_all(at)
}

/// In small pieces of changing sizes.
fn pieces(at: At<'_>) -> Vec<u8> {
    let sizes = [1, 2, 7, 30, 1, 101, 600].into_iter().cycle();
    opened(at).map_or_else(String::into_bytes, |fd| drain(&fd, sizes))
}

/// One byte at a time to begin with; the rest at once, for long files.
fn byte_by_byte(at: At<'_>) -> Vec<u8> {
    const SINGLE: usize = 200;
    let sizes = (0..SINGLE).map(|_| 1).chain(std::iter::repeat(1 << 16));
    opened(at).map_or_else(String::into_bytes, |fd| drain(&fd, sizes))
}

/// pread(2) here and there; the position does not move.
fn at_offsets(at: At<'_>) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    let mut all = Vec::new();
    for (offset, size) in [
        (1, 10),
        (0, 1),
        (3, 3),
        (50, 4096),
        (4095, 10),
        (4096, 10),
        (0, 4096),
        (1 << 20, 10),
        (1 << 40, 10),
        (0, 0),
        (i64::MAX as u64, 10),
        (u64::MAX, 10),
        (1 << 63, 1),
    ] {
        let mut buffer = vec![0; size];
        all.extend_from_slice(format!("\n@{offset}+{size}: ").as_bytes());
        match pread(&fd, &mut buffer, offset) {
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(error) => all.extend_from_slice(name(error.raw_os_error()).as_bytes()),
        }
    }
    all.extend_from_slice(b"\nthen: ");
    all.extend_from_slice(&drain(&fd, std::iter::repeat(5000)));
    all
}

/// Seeks, each followed by a short read.
fn seeks(at: At<'_>) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    let mut all = Vec::new();
    for (way, to) in [
        ("start", SeekFrom::Start(5)),
        ("current", SeekFrom::Current(3)),
        ("back", SeekFrom::Current(-2)),
        ("too far back", SeekFrom::Current(-1000)),
        ("end", SeekFrom::End(0)),
        ("before end", SeekFrom::End(-1)),
        ("data", SeekFrom::Data(0)),
        ("hole", SeekFrom::Hole(0)),
        ("far", SeekFrom::Start(1 << 33)),
        ("top", SeekFrom::Start(i64::MAX as u64)),
        ("home", SeekFrom::Start(0)),
    ] {
        let result = show(seek(&fd, to), |at| at.to_string());
        let mut buffer = [0; 9];
        all.extend_from_slice(format!("\n{way} {result}: ").as_bytes());
        match read(&fd, &mut buffer) {
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(error) => all.extend_from_slice(name(error.raw_os_error()).as_bytes()),
        }
    }
    all
}

/// What a reader at the end sees, once and again, and after going back.
fn end(at: At<'_>) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    let size = drain(&fd, std::iter::repeat(LIMIT)).len();
    let mut buffer = [0; 16];
    let mut read_text = || show(read(&fd, &mut buffer), |n| n.to_string());
    let (once, again) = (read_text(), read_text());
    let position = show(seek(&fd, SeekFrom::Current(0)), |at| at.to_string());
    let _ = seek(&fd, SeekFrom::Start(0));
    let second = drain(&fd, std::iter::repeat(LIMIT)).len();
    format!("{size} bytes, then {once}, {again} at {position}; again {second}").into()
}

fn stat_open(at: At<'_>) -> String {
    opened(at).map_or_else(|text| text, |fd| show(fstat(&fd), |stat| show_stat(&stat)))
}

fn poll_it(at: At<'_>) -> String {
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    let mut fds = [PollFd::new(
        &fd,
        PollFlags::IN | PollFlags::OUT | PollFlags::PRI,
    )];
    let result = show(poll(&mut fds, Some(&Timespec::default())), |n| {
        n.to_string()
    });
    format!("{result} {:?}", fds[0].revents())
}

fn map(at: At<'_>) -> String {
    use rustix::mm::{mmap, munmap, MapFlags, ProtFlags};
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    let one = |flags: MapFlags| {
        // SAFETY: a new mapping, which nobody uses, at an address that the kernel chooses.
        let result = unsafe { mmap(std::ptr::null_mut(), 4096, ProtFlags::READ, flags, &fd, 0) };
        show(result, |address| {
            // SAFETY: just mapped.
            let _ = unsafe { munmap(address, 4096) };
            "ok".into()
        })
    };
    [MapFlags::PRIVATE, MapFlags::SHARED].map(one).join(" ")
}

/// Calls that do not suit a file of procfs.
fn others(at: At<'_>) -> String {
    use rustix::fs::{fallocate, fdatasync, flock, fsync, FallocateFlags, FlockOperation};
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    let done = |result: rustix::io::Result<()>| show(result, |()| "ok".into());
    format!(
        "fsync {} fdatasync {} fallocate {} flock {} getdents {}",
        done(fsync(&fd)),
        done(fdatasync(&fd)),
        done(fallocate(&fd, FallocateFlags::empty(), 0, 1)),
        done(flock(&fd, FlockOperation::NonBlockingLockShared)),
        crate::dirent::read(fd.as_fd()).map_or_else(|e| name(e.raw_os_error()), |_| "ok".into()),
    )
}

/// What writing `text` gives, by way of opening. Only for entries that no write changes.
pub fn write_outcome(at: At<'_>, text: &[u8]) -> String {
    let one = |flags: OFlags| match at.open(flags) {
        Ok(fd) => {
            let first = show(rustix::io::write(&fd, text), |n| format!("{n} written"));
            let offset = show(rustix::io::pwrite(&fd, text, 3), |n| format!("{n} written"));
            format!("{first}, at 3: {offset}")
        }
        Err(error) => name(error.raw_os_error()),
    };
    [OFlags::WRONLY, OFlags::RDWR].map(one).join("; ")
}
