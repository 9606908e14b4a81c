// SPDX-License-Identifier: GPL-2.0

//! sendfile(2) and splice(2) of `.proc2/tasks` give what read(2) gives, to whom it gives that.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::ORDINARY;
use proc2_e2e::child::in_child;
use proc2_e2e::errno::show;
use rustix::fs::sendfile;
use rustix::io::{self, Errno};
use rustix::pipe::{pipe_with, splice, PipeFlags, SpliceFlags};

use super::{in_quiet_namespace, of_others, open, whole};

/// Moves some bytes into a pipe: from the file, from a position or from where the file is, at most
/// so many.
type Transfer = fn(&OwnedFd, Option<&mut u64>, &OwnedFd, usize) -> io::Result<usize>;

const TRANSFERS: [(&str, Transfer); 2] = [
    ("sendfile", |file, from, pipe, size| {
        sendfile(pipe, file, from, size)
    }),
    ("splice", |file, from, pipe, size| {
        let flags = SpliceFlags::NONBLOCK;
        splice(file.as_fd(), from, pipe.as_fd(), None, size, flags)
    }),
];

pub(super) fn transfers_read_the_same() -> Result<()> {
    in_quiet_namespace(30, |instance, _| {
        let all = of_others(&whole(&open(instance)?)?);
        for (name, transfer) in TRANSFERS {
            for size in [1000, 4096, 5000, 1 << 16] {
                let file = open(instance)?;
                let arrived = arrivals(&file, transfer, size).with_context(|| name)?;
                ensure!(
                    of_others(&arrived) == all,
                    "{name} by {size} bytes gives other rows"
                );
                // Where the file is now there is nothing more, and a read agrees.
                ensure!(
                    whole(&file)?.is_empty(),
                    "{name} left the file before its end"
                );
            }
            positions(&open(instance)?, transfer).with_context(|| name)?;
            let file = open(instance)?;
            let refused = in_child(|| {
                ORDINARY.become_it()?;
                let (_reader, writer) = pipe_with(PipeFlags::NONBLOCK)?;
                let moved = transfer(&file, None, &writer, 100);
                Ok(show(moved, |n| n.to_string()))
            })?;
            ensure!(
                refused == "EPERM",
                "{name} with other credentials: {refused}"
            );
        }
        Ok(())
    })
}

/// All that arrives, by `size` bytes at a time.
fn arrivals(file: &OwnedFd, transfer: Transfer, size: usize) -> Result<Vec<u8>> {
    let (reader, writer) = pipe_with(PipeFlags::NONBLOCK)?;
    let (mut text, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        let moved = transfer(file, None, &writer, size)?;
        if moved == 0 {
            return Ok(text);
        }
        let arrived = io::read(&reader, &mut buffer)?;
        ensure!(
            arrived == moved,
            "{arrived} bytes arrived where {moved} were sent"
        );
        text.extend_from_slice(&buffer[..arrived]);
    }
}

/// A position of the caller's own is read at as pread(2) does, and the file's stays.
fn positions(file: &OwnedFd, transfer: Transfer) -> Result<()> {
    let (reader, writer) = pipe_with(PipeFlags::NONBLOCK)?;
    let mut at = 0;
    for due in [100, 200] {
        let moved = transfer(file, Some(&mut at), &writer, 100)?;
        ensure!((moved, at) == (100, due), "{moved} bytes to {at}");
    }
    let mut wrong = 7;
    let moved = transfer(file, Some(&mut wrong), &writer, 100);
    ensure!(
        moved == Err(Errno::INVAL),
        "at another position: {}",
        show(moved, |n| n.to_string())
    );
    let mut header = [0; 300];
    ensure!(io::read(&reader, &mut header)? == 200, "what arrived");
    ensure!(
        header.starts_with(b"#proc2-tasks 1\n#pid\t"),
        "{}",
        header.escape_ascii()
    );
    let first = rustix::fs::tell(file)?;
    ensure!(first == 0, "the file is at {first}");
    Ok(())
}
