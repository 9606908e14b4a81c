// SPDX-License-Identifier: GPL-2.0

//! `timers`: the POSIX timers of a process.
//!
//! Answers to `timers_start()`, `timers_next()` and `show_timer()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it. Some timers are read at a time,
//! so that the list is not walked anew for each.

use crate::{
    fs::{
        node::Node,
        text, //
    },
    gate,
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::{
        tasks::{
            pid::FindTask,
            timers::{
                self,
                Timer, //
            }, //
        },
        vfs::{
            file::FileOps,
            inode::Inode,
            seq::SeqFile,
            seq_iter::Records, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

struct Timers;

static OPS: FileOps = FileOps::records::<Timers>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

/// How many timers are read together: few enough for a kernel stack.
const BATCH: usize = 4;

/// Timers read together, and which of them is next.
struct Batch {
    slots: [Option<Timer>; BATCH],
    filled: usize,
    at: usize,
}

fn read(inode: &Inode, pos: u64) -> Result<Option<Batch>> {
    let task = {
        let rcu = rcu::read_lock();
        let task = inode.task(&rcu).ok_or(ESRCH)?;
        if !timers::any(gate::anyone(task).task()) {
            return Ok(None);
        }
        ARef::from(task)
    };
    let mut slots = [None; BATCH];
    let filled = timers::read(
        gate::anyone(&task).task(),
        inode.super_block().pid_ns(),
        pos,
        &mut slots,
    );
    Ok((filled > 0).then_some(Batch {
        slots,
        filled,
        at: 0,
    }))
}

impl Records for Timers {
    type Item = Batch;

    fn start(inode: &Inode, pos: u64) -> Result<Option<Batch>> {
        read(inode, pos)
    }

    fn next(inode: &Inode, mut batch: Batch, pos: u64) -> Option<Batch> {
        batch.at += 1;
        if batch.at < batch.filled {
            return Some(batch);
        }
        read(inode, pos).ok().flatten()
    }

    fn show(seq: &SeqFile, _inode: &Inode, batch: &Batch) -> Result {
        let Some(timer) = batch.slots.get(batch.at).copied().flatten() else {
            return Ok(());
        };
        let mut buf = [0; 192];
        let mut text = Text::new(&mut buf);
        show::timers::Timer {
            id: timer.id,
            signal: timer.signal,
            value: timer.value,
            notify: timer.notify,
            target: timer.target,
            clock: timer.clock,
        }
        .show(&mut text);
        seq.write(text.filled());
        Ok(())
    }
}
