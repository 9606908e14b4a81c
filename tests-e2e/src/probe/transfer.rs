// SPDX-License-Identifier: GPL-2.0

//! sendfile(2) and splice(2): what arrives in a pipe, and whether a pipe can be emptied into a
//! file.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{sendfile, OFlags};
use rustix::io::read;
use rustix::pipe::{pipe_with, splice, PipeFlags, SpliceFlags};

use super::{opened, probes, At, Probe};
use crate::errno::{name, show};

pub(super) const PROBES: &[Probe] = probes![send, splice_out, splice_in];

/// Runs transfers from the file into a pipe; gives each one's result with the bytes that arrived.
fn arrivals(at: At<'_>, transfer: impl Fn(&OwnedFd, &OwnedFd, usize) -> String) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    let Ok((reader, writer)) = pipe_with(PipeFlags::NONBLOCK | PipeFlags::CLOEXEC) else {
        return b"no pipe".into();
    };
    let mut all = Vec::new();
    for round in 0..4 {
        all.extend_from_slice(transfer(&fd, &writer, round).as_bytes());
        all.extend_from_slice(b": ");
        let mut buffer = [0; 1 << 13];
        // An empty pipe gives EAGAIN.
        if let Ok(n) = read(&reader, &mut buffer) {
            all.extend_from_slice(&buffer[..n]);
        }
        all.push(b'\n');
    }
    all
}

/// The position and the size of each round: the file's own position, then some of the caller's.
const ROUNDS: [(Option<u64>, usize); 4] = [
    (None, 100),
    (Some(3), 40),
    (None, 5000),
    (Some(1 << 20), 10),
];

fn send(at: At<'_>) -> Vec<u8> {
    arrivals(at, |fd, pipe, round| {
        let (mut offset, size) = ROUNDS[round];
        let sent = show(sendfile(pipe, fd, offset.as_mut(), size), |n| n.to_string());
        format!("{sent} to {offset:?}")
    })
}

fn splice_out(at: At<'_>) -> Vec<u8> {
    arrivals(at, |fd, pipe, round| {
        let (mut offset, size) = ROUNDS[round];
        let flags = SpliceFlags::NONBLOCK;
        let moved = splice(fd.as_fd(), offset.as_mut(), pipe.as_fd(), None, size, flags);
        format!("{} to {offset:?}", show(moved, |n| n.to_string()))
    })
}

/// From an empty pipe, so that nothing is written where it is allowed.
fn splice_in(at: At<'_>) -> String {
    let fd = match at.open(OFlags::WRONLY) {
        Ok(fd) => fd,
        Err(error) => return name(error.raw_os_error()),
    };
    let Ok((reader, _writer)) = pipe_with(PipeFlags::NONBLOCK | PipeFlags::CLOEXEC) else {
        return "no pipe".into();
    };
    let flags = SpliceFlags::NONBLOCK;
    let moved = splice(reader.as_fd(), None, fd.as_fd(), None, 10, flags);
    show(moved, |n| n.to_string())
}
