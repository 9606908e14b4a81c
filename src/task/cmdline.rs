// SPDX-License-Identifier: GPL-2.0

//! `cmdline`: the arguments of a program, or the title that it has written over them.
//!
//! Answers to `get_mm_cmdline()` and `get_mm_proctitle()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it; what
//! is read is the task's memory now.

use super::Node;
use crate::{
    fs::text,
    gate::{
        self,
        Anyone,
        Permitted, //
    },
    pure::cmdline::{
        self,
        Layout,
        Source, //
    },
    rust_bindings::{
        file::{
            File,
            FileOps,
            Stream, //
        },
        mm::{
            self,
            Bounds,
            PAGE, //
        },
        user::UserBuf, //
    }, //
};
use kernel::{
    mm::MmWithUser,
    prelude::*, //
};

struct Cmdline;

static OPS: FileOps = FileOps::stream::<Cmdline>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Stream for Cmdline {
    fn read(file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let done = read(&gate::anyone(&task), buf, *pos as u64)?;
        *pos += done as i64;
        Ok(done)
    }
}

fn read(permitted: &Permitted<'_, Anyone>, buf: &mut UserBuf, pos: u64) -> Result<usize> {
    let Some(mm) = mm::of_task(permitted.task()) else {
        return Ok(0);
    };
    let Bounds {
        arg_start,
        arg_end,
        env_start,
        env_end,
    } = Bounds::of(&mm);
    let layout = Layout {
        arg_start,
        arg_end,
        env_start,
        env_end,
    };
    let Some(request) = layout.request(pos, buf.left() as u64) else {
        return Ok(0);
    };
    let mut last = [0];
    let last = match mm::read_anonymous(&mm, request.probe(), &mut last) {
        Ok(1) => last.first().copied(),
        _ => None,
    };
    match request.source(last) {
        Source::Nothing => Ok(0),
        Source::Arguments { start, count } => arguments(&mm, buf, start, count),
        Source::Title { start, count } => title(&mm, buf, start, pos, count),
    }
}

fn arguments(mm: &MmWithUser, buf: &mut UserBuf, start: u64, count: u64) -> Result<usize> {
    let mut page = KVec::zeroed(PAGE, GFP_KERNEL)?;
    let (mut addr, mut left, mut total) = (start, count, 0);
    while left > 0 {
        let room = PAGE.min(usize::try_from(left).unwrap_or(PAGE));
        let chunk = page.get_mut(..room).unwrap_or(&mut []);
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
    let mut page = KVec::zeroed(PAGE, GFP_KERNEL)?;
    let Ok(got) = mm::read_anonymous(mm, start, &mut page) else {
        return Ok(0);
    };
    let text = cmdline::title(page.get(..got).unwrap_or(&[]), pos, count);
    let done = buf.write(text);
    if done == 0 && !text.is_empty() {
        return Err(EFAULT);
    }
    Ok(done)
}
