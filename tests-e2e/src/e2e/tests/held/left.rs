// SPDX-License-Identifier: GPL-2.0

//! What is left of a descriptor whose process has ended, or that somebody else uses.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use proc2_e2e::{dirent, errno};
use rustix::fs::{fstat, openat, readlinkat, seek, statat, AtFlags, Mode, OFlags, SeekFrom};
use rustix::io::{pread, read};

/// Every use of a descriptor whose process may be gone, as text.
pub(super) fn left(held: &rustix::io::Result<OwnedFd>) -> Vec<u8> {
    let fd = match held {
        Ok(fd) => fd,
        Err(error) => return errno::name(error.raw_os_error()).into(),
    };
    let mut text = Vec::new();
    let mut add = |what: &str, outcome: Vec<u8>| {
        text.extend_from_slice(what.as_bytes());
        text.push(b' ');
        text.extend_from_slice(&outcome);
        text.push(b'\n');
    };
    let bytes = |result: rustix::io::Result<usize>, buffer: &[u8]| match result {
        Ok(n) => buffer[..n].to_vec(),
        Err(error) => errno::name(error.raw_os_error()).into(),
    };
    let mut buffer = [0; 700];
    let result = read(fd, &mut buffer);
    add("read", bytes(result, &buffer));
    let result = pread(fd, &mut buffer, 2);
    add("pread", bytes(result, &buffer));
    add(
        "seek",
        errno::show(seek(fd, SeekFrom::Start(0)), |at| at.to_string()).into(),
    );
    let result = read(fd, &mut buffer);
    add("read again", bytes(result, &buffer));
    let _ = seek(fd, SeekFrom::Start(0));
    let names = dirent::read(fd.as_fd()).map(|list| {
        list.iter()
            .map(|entry| entry.name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    });
    add("readdir", errno::show(names, |list| list).into());
    add(
        "fstat",
        errno::show(fstat(fd), |stat| proc2_e2e::probe::show_stat(&stat)).into(),
    );
    add(
        "readlink",
        errno::show(readlinkat(fd, "", Vec::new()), |to| format!("{to:?}")).into(),
    );
    for below in ["status", "0", "pid", "task", "dev", ".", ".."] {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        let opened = openat(fd, below, flags, Mode::empty());
        add(
            &format!("open {below}"),
            errno::show(opened, |_| "ok".into()).into(),
        );
        let found = statat(fd, below, AtFlags::SYMLINK_NOFOLLOW);
        add(
            &format!("stat {below}"),
            errno::show(found, |_| "ok".into()).into(),
        );
    }
    let reopened = fs::File::open(format!(
        "/proc/self/fd/{}",
        std::os::fd::AsRawFd::as_raw_fd(fd)
    ));
    let errno = reopened.map_err(|error| errno::name(error.raw_os_error().unwrap_or(0)));
    add("reopen", format!("{:?}", errno.map(|_| ())).into());
    text
}
