// SPDX-License-Identifier: GPL-2.0

//! Reads through io_uring. The files here do not take requests that must not wait, so that a
//! worker thread of the kernel's does the read, with the caller's credentials.

use std::io::ErrorKind;
use std::os::fd::AsRawFd;

use io_uring::{opcode, squeue::Flags, types, IoUring};

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
        let result = answer(&mut ring);
        all.extend_from_slice(format!("\n@{offset}+{size}: ").as_bytes());
        match usize::try_from(result) {
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(_) => all.extend_from_slice(name(-result).as_bytes()),
        }
    }
    all
}

/// Waits for the answer to the one request that is in the queue, or was. Linux 7.2 can lose sight of one, of whatever file,
/// that comes just as the last worker thread ends (7.3 has `io_worker_retire()`); a second one, which a worker has to do
/// too, makes it find both.
fn answer(ring: &mut IoUring) -> i32 {
    const SECOND: u64 = 1;
    let patience = types::Timespec::new().sec(5);
    loop {
        let wait = types::SubmitArgs::new().timespec(&patience);
        match ring.submitter().submit_with_args(1, &wait) {
            Ok(_) => {}
            Err(error)
                if error.kind() == ErrorKind::TimedOut
                    || error.raw_os_error() == Some(libc::ETIME) =>
            {
                let second = opcode::Nop::new()
                    .build()
                    .flags(Flags::ASYNC)
                    .user_data(SECOND);
                // SAFETY: the request has no memory.
                unsafe { ring.submission().push(&second) }.expect("the queue is empty");
            }
            Err(error) => panic!("io_uring_enter: {error}"),
        }
        let first = |entry: &io_uring::cqueue::Entry| entry.user_data() != SECOND;
        if let Some(entry) = ring.completion().find(first) {
            return entry.result();
        }
    }
}
