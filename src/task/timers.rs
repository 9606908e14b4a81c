// SPDX-License-Identifier: GPL-2.0

//! `timers`: the POSIX timers of a process.
//!
//! Answers to `timers_start()`, `timers_next()` and `show_timer()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read it. Some timers are read at a time,
//! so that the list is not walked anew for each: it has no place to go on from but a number of steps.

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
        tasks::timers::{
            self,
            Timer, //
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

/// How many timers are read together at first: as many as most processes have, few enough for a kernel stack.
const FEW: usize = 4;
/// How many then: about as many as seq_file takes before it asks for a position again, to which the list is walked.
const MANY: usize = 48;

/// Timers read together, and which of them is next.
struct Batch {
    slots: Slots,
    filled: usize,
    at: usize,
}

enum Slots {
    Few([Option<Timer>; FEW]),
    Many(KVec<Option<Timer>>),
}

impl Slots {
    /// Room for many, or for few where there is no memory.
    fn new(many: bool) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a fixed size")]
        let slots = many.then(|| KVec::from_elem(None, MANY, GFP_KERNEL).ok());
        slots.flatten().map_or(Self::Few([None; FEW]), Self::Many)
    }

    fn as_mut_slice(&mut self) -> &mut [Option<Timer>] {
        match self {
            Self::Few(slots) => slots,
            Self::Many(slots) => slots,
        }
    }
}

impl Batch {
    /// The timer that is next; none where that is being deleted.
    fn timer(&self) -> Option<Timer> {
        let slots = match &self.slots {
            Slots::Few(slots) => slots.get(self.at),
            Slots::Many(slots) => slots.get(self.at),
        };
        slots.copied().flatten()
    }
}

/// Reads timers from the one at `pos` on.
fn read(inode: &Inode, pos: u64, many: bool) -> Result<Option<Batch>> {
    let task = {
        let rcu = rcu::read_lock();
        let task = inode.task(&rcu).ok_or(ESRCH)?;
        if !timers::any(gate::anyone(task).task()) {
            return Ok(None);
        }
        ARef::from(task)
    };
    let mut slots = Slots::new(many);
    let filled = timers::read(
        gate::anyone(&task).task(),
        inode.super_block().pid_ns(),
        pos,
        slots.as_mut_slice(),
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
        read(inode, pos, pos > 0)
    }

    fn next(inode: &Inode, mut batch: Batch, pos: u64) -> Option<Batch> {
        batch.at += 1;
        if batch.at < batch.filled {
            return Some(batch);
        }
        if batch.filled < batch.slots.as_mut_slice().len() {
            // That was the end of the list.
            return None;
        }
        // Of a process that is gone by now, nothing is left to list, as in procfs.
        read(inode, pos, true).ok().flatten()
    }

    fn show(seq: &SeqFile, _inode: &Inode, batch: &Batch) -> Result {
        let Some(timer) = batch.timer() else {
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
