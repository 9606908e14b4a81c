// SPDX-License-Identifier: GPL-2.0

//! `cmdline`: the arguments of a program, or the title that it has written over them.
//!
//! Mirrors `get_mm_cmdline()` and `get_mm_proctitle()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it; what is read is the task's
//! memory now.
//!
//! Locks: RCU around `task_lock()`, which the address space is found under; then those of reading
//! it.

use crate::{
    fs::stream::StreamEntry,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::cmdline::{
        self,
        Layout,
        Source, //
    },
    rust_bindings::{
        memory::{
            mm::{
                self,
                Bounds,
                PAGE, //
            },
            scratch::Scratch, //
        },
        vfs::user::UserBuf, //
    }, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// What most arguments fit in.
const SMALL: usize = 1024;

/// `cmdline`.
pub(super) struct Cmdline;

impl StreamEntry<Anyone> for Cmdline {
    type Source = ARef<MmWithUser>;

    // No count of the task is needed, only of its address space.
    fn source(permitted: &Permitted<'_, Anyone>) -> Option<ARef<MmWithUser>> {
        mm::of_task(permitted.task())
    }

    fn read(mm: &ARef<MmWithUser>, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let done = read(mm, buf, *pos as u64)?;
        *pos += done as i64;
        Ok(done)
    }
}

fn layout(mm: &Mm) -> Layout {
    let Bounds {
        arg_start,
        arg_end,
        env_start,
        env_end,
    } = Bounds::of(mm);
    Layout {
        arg_start,
        arg_end,
        env_start,
        env_end,
    }
}

fn byte_at(mm: &MmWithUser, addr: u64) -> Option<u8> {
    let mut byte = [0];
    match mm::read_anonymous(mm, addr, &mut byte) {
        Ok(1) => byte.first().copied(),
        _ => None,
    }
}

/// Reads what fits into `buf` from the beginning of the command line, and returns how long that is
/// and whether it is all of it. For a caller who may read `cmdline` of the task that `mm` is of.
pub(crate) fn beginning(mm: &MmWithUser, buf: &mut [u8]) -> (usize, bool) {
    let layout = layout(mm);
    let Some(request) = layout.request(0, u64::MAX) else {
        return (0, true);
    };
    let length = usize::try_from(layout.arg_end - layout.arg_start).unwrap_or(usize::MAX);
    let room = length.min(buf.len());
    let chunk = buf.get_mut(..room).unwrap_or_default();
    let got = mm::read_anonymous(mm, layout.arg_start, chunk).unwrap_or(0);
    let last = match chunk.get(..got) {
        // Most command lines fit, and then one look at the memory has found the byte that decides,
        // too.
        Some([.., last]) if got == length => Some(*last),
        _ => byte_at(mm, request.probe()),
    };
    match request.source(last) {
        Source::Nothing => (0, true),
        Source::Arguments { .. } => (got, got == length || got < room),
        Source::Title { start, count } => {
            let page = PAGE.min(buf.len());
            let page = buf.get_mut(..page).unwrap_or_default();
            let got = mm::read_anonymous(mm, start, page).unwrap_or(0);
            (
                cmdline::title(page.get(..got).unwrap_or(&[]), 0, count).len(),
                true,
            )
        }
    }
}

/// Reads for a caller who may read `cmdline` of the task that `mm` is of.
fn read(mm: &MmWithUser, buf: &mut UserBuf, pos: u64) -> Result<usize> {
    let Some(request) = layout(mm).request(pos, buf.left() as u64) else {
        return Ok(0);
    };
    if let Some((start, count)) = request.with_last(SMALL as u64) {
        // One look at the program's memory serves for both: where the arguments end, and what they
        // are.
        let mut small = Scratch::<SMALL>::new();
        let small = small.as_slice().get_mut(..count).unwrap_or(&mut []);
        if mm::read_anonymous(mm, start, small).is_ok_and(|got| got == count) {
            return match request.source(small.last().copied()) {
                Source::Nothing => Ok(0),
                Source::Arguments { .. } => deliver(buf, small),
                Source::Title { start, count } => title(mm, buf, start, pos, count),
            };
        }
    }
    match request.source(byte_at(mm, request.probe())) {
        Source::Nothing => Ok(0),
        Source::Arguments { start, count } => arguments(mm, buf, start, count),
        Source::Title { start, count } => title(mm, buf, start, pos, count),
    }
}

/// Copies all of `text` that can be; a fault is an error only if nothing could be.
fn deliver(buf: &mut UserBuf, text: &[u8]) -> Result<usize> {
    match buf.write(text) {
        0 if !text.is_empty() => Err(EFAULT),
        done => Ok(done),
    }
}

fn arguments(mm: &MmWithUser, buf: &mut UserBuf, start: u64, count: u64) -> Result<usize> {
    let mut page = Scratch::<PAGE>::allocate()?;
    let (mut addr, mut left, mut total) = (start, count, 0);
    while left > 0 {
        let room = PAGE.min(usize::try_from(left).unwrap_or(PAGE));
        let chunk = page.as_slice().get_mut(..room).unwrap_or(&mut []);
        let Ok(got @ 1..) = mm::read_anonymous(mm, addr, chunk) else {
            break;
        };
        let done = buf.write(chunk.get(..got).unwrap_or(&[]));
        if done == 0 {
            return if total == 0 { Err(EFAULT) } else { Ok(total) };
        }
        addr = addr.wrapping_add(done as u64);
        left -= done as u64;
        total += done;
    }
    Ok(total)
}

fn title(mm: &MmWithUser, buf: &mut UserBuf, start: u64, pos: u64, count: u64) -> Result<usize> {
    if pos >= PAGE as u64 {
        return Ok(0);
    }
    let mut page = Scratch::<PAGE>::allocate()?;
    let page = page.as_slice();
    let Ok(got) = mm::read_anonymous(mm, start, page) else {
        return Ok(0);
    };
    deliver(
        buf,
        cmdline::title(page.get(..got).unwrap_or(&[]), pos, count),
    )
}
