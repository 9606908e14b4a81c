// SPDX-License-Identifier: GPL-2.0

//! `sched`: the scheduler's figures of a task, which a write sets back.
//!
//! Answers to `sched_show()` and `sched_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and to [`kernel/sched/debug.c`](srctree/kernel/sched/debug.c), which
//! writes them. Only the mode of the file is asked.

use crate::{
    fs::{
        node::Node,
        text, //
    },
    gate,
    rust_bindings::{
        procfs::seq_record::SeqShow,
        tasks::{
            pid::FindTask,
            sched, //
        },
        vfs::{
            file::{
                File,
                FileOps,
                Write, //
            },
            inode::Inode,
            seq::SeqFile,
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

struct Sched;

static OPS: FileOps = FileOps::seq_with_write::<Sched>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl SeqShow for Sched {
    const LONG: bool = true;

    fn show(seq: &SeqFile, inode: &Inode) -> Result {
        let task = inode.get_task().ok_or(ESRCH)?;
        sched::show(
            gate::anyone(&task).task(),
            inode.super_block().pid_ns(),
            seq,
        );
        Ok(())
    }
}

impl Write for Sched {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        sched::reset(gate::anyone(&task).task());
        Ok(data.taken())
    }
}
