// SPDX-License-Identifier: GPL-2.0

//! Reads through io_uring. The files here do not take requests that must not wait, so that a
//! worker thread of the kernel's does the read, with the caller's credentials.

use std::os::fd::AsRawFd;

use io_uring::{opcode, types, IoUring};

use super::{opened, probes, At, Probe};
use crate::errno::name;

pub(super) const PROBES: &[Probe] = probes![ring];

/// The file's own position, as io_uring takes it.
const OWN_POSITION: u64 = u64::MAX;

fn ring(at: At<'_>) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    // Without a ring both trees would agree on nothing.
    let mut ring = IoUring::new(2).expect("the kernel has CONFIG_IO_URING");
    let mut all = Vec::new();
    for (offset, size) in [
        (0, 100),
        (OWN_POSITION, 50),
        (OWN_POSITION, 5000),
        (5, 4096),
        (1 << 40, 10),
    ] {
        let mut buffer = vec![0u8; size];
        let request = opcode::Read::new(
            types::Fd(fd.as_raw_fd()),
            buffer.as_mut_ptr(),
            buffer.len() as u32,
        );
        // SAFETY: the buffer and the descriptor live until the request has completed, which is
        // waited for below.
        unsafe { ring.submission().push(&request.offset(offset).build()) }
            .expect("the queue is empty");
        ring.submit_and_wait(1).expect("one request");
        let result = ring.completion().next().map_or(0, |entry| entry.result());
        all.extend_from_slice(format!("\n@{offset}+{size}: ").as_bytes());
        match usize::try_from(result) {
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(_) => all.extend_from_slice(name(-result).as_bytes()),
        }
    }
    all
}
