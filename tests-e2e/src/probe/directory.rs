// SPDX-License-Identifier: GPL-2.0

//! Operations on a directory.

use std::os::fd::AsFd;

use rustix::fs::{seek, statat, AtFlags, OFlags, SeekFrom};

use super::{probes, At, Probe};
use crate::dirent;
use crate::errno::{name, show, show_raw};

pub(super) const PROBES: &[Probe] = probes![
    readdir,
    link_count,
    small_buffers,
    cookies,
    wrong_calls,
    bad_names,
    parents,
];

/// The names and types in a directory, or the error's name.
pub fn listing(at: At<'_>) -> Result<Vec<(String, String)>, String> {
    let text = |error: rustix::io::Errno| name(error.raw_os_error());
    let fd = at.open(OFlags::RDONLY | OFlags::DIRECTORY).map_err(text)?;
    let entries = dirent::read(fd.as_fd()).map_err(text)?;
    Ok(entries
        .into_iter()
        .map(|entry| (entry.name, format!("{:?}", entry.kind)))
        .collect())
}

/// The names and types in it, in order.
fn readdir(at: At<'_>) -> String {
    listing(at).map_or_else(
        |errno| errno,
        |list| {
            let lines = list.iter().map(|(name, kind)| format!("{name} {kind}\n"));
            lines.collect::<Vec<_>>().concat()
        },
    )
}

fn link_count(at: At<'_>) -> String {
    show(statat(at.root, at.path, AtFlags::empty()), |stat| {
        stat.st_nlink.to_string()
    })
}

/// How many names of a long directory the slow ways to read one take.
const FIRST: usize = 80;

/// Through buffers that hold one entry or a few.
fn small_buffers(at: At<'_>) -> String {
    let mut text = String::new();
    for size in [24, 32, 48, 100, 300] {
        let Ok(fd) = at.open(OFlags::RDONLY | OFlags::DIRECTORY) else {
            return "not opened".into();
        };
        text += &format!("{size}:");
        for _ in 0..FIRST {
            match dirent::read_some(fd.as_fd(), size) {
                Ok(list) if list.is_empty() => break,
                Ok(list) => text.extend(list.iter().map(|entry| format!(" {}", entry.name))),
                Err(error) => {
                    text += &format!(" {}", name(error.raw_os_error()));
                    break;
                }
            }
        }
        text.push('\n');
    }
    text
}

/// Back to each entry by the position that the one before it has given.
fn cookies(at: At<'_>) -> String {
    let Ok(fd) = at.open(OFlags::RDONLY | OFlags::DIRECTORY) else {
        return "not opened".into();
    };
    let list = dirent::read(fd.as_fd()).unwrap_or_default();
    let one = |entry: &dirent::Dirent| {
        let there = seek(&fd, SeekFrom::Start(entry.next as u64)).is_ok();
        let next = dirent::read_some(fd.as_fd(), 300);
        let next = next.map(|list| list.first().map(|entry| entry.name.clone()));
        format!("{} {there} {next:?}\n", entry.name)
    };
    list.iter().take(FIRST).map(one).collect()
}

/// Calls that do not suit a directory.
fn wrong_calls(at: At<'_>) -> String {
    let fd = match at.open(OFlags::RDONLY | OFlags::DIRECTORY) {
        Ok(fd) => fd,
        Err(error) => return name(error.raw_os_error()),
    };
    let mut buffer = [0u8; 16];
    let mut text = format!(
        "read {}\n",
        show(rustix::io::read(&fd, &mut buffer), |n| n.to_string())
    );
    for (way, to) in [
        ("start", SeekFrom::Start(0)),
        ("current", SeekFrom::Current(0)),
        ("far", SeekFrom::Start(1 << 40)),
        ("negative", SeekFrom::Current(-(1 << 41))),
        ("data", SeekFrom::Data(0)),
        ("hole", SeekFrom::Hole(0)),
    ] {
        text += &format!("seek {way} {}\n", show(seek(&fd, to), |at| at.to_string()));
    }
    // A buffer that holds no entry.
    let _ = seek(&fd, SeekFrom::Start(0));
    // SAFETY: the buffer lives through the call and has the size that the kernel is told.
    let result = unsafe {
        let fd = std::os::fd::AsRawFd::as_raw_fd(&fd);
        libc::syscall(libc::SYS_getdents64, fd, buffer.as_mut_ptr(), 8)
    };
    text += &format!("getdents of 8 bytes {}\n", show_raw(result));
    text += &format!("fsync {}\n", show(rustix::fs::fsync(&fd), |()| "ok".into()));
    text
}

/// Names that are no entries, and entries named oddly.
fn bad_names(at: At<'_>) -> String {
    let long = "x".repeat(300);
    let names = [
        "nonexistent",
        "0",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1x",
        "0x1",
        "4294967295",
        "4294967296",
        "18446744073709551617",
        "99999999",
        "stat ",
        "Stat",
        "a\nb",
        "\u{fc}",
        &long,
    ];
    let one = |name: &&str| {
        let path = format!("{}/{name}", at.path);
        let at = At { path: &path, ..at };
        format!(
            "{:?} {}\n",
            &name[..name.len().min(20)],
            show(at.kind(), |kind| format!("{kind:?}"))
        )
    };
    names.iter().map(one).collect()
}

/// `.` and `..`.
fn parents(at: At<'_>) -> String {
    let one = |rest: &str| {
        let path = format!("{}/{rest}", at.path);
        show(At { path: &path, ..at }.kind(), |kind| {
            format!("{kind:?}\n")
        })
    };
    [".", "..", "./..", ""].map(one).concat()
}
