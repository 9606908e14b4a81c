// SPDX-License-Identifier: GPL-2.0

//! `autogroup`: the scheduler's group of a task's session, and its nice value.
//!
//! Answers to `sched_autogroup_show()` and `sched_autogroup_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and to
//! [`kernel/sched/autogroup.c`](srctree/kernel/sched/autogroup.c), which writes it and decides who may set it.

use crate::{
    fs::{
        node::Node,
        number,
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

struct Autogroup;

static OPS: FileOps = FileOps::seq_with_write::<Autogroup>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl SeqShow for Autogroup {
    fn show(seq: &SeqFile, inode: &Inode) -> Result {
        let task = inode.get_task().ok_or(ESRCH)?;
        sched::show_autogroup(gate::anyone(&task).task(), seq);
        Ok(())
    }
}

impl Write for Autogroup {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let (nice, taken) = number::stripped_i32(data)?;
        let task = file.inode().get_task().ok_or(ESRCH)?;
        sched::set_autogroup_nice(gate::anyone(&task).task(), nice)?;
        Ok(taken)
    }
}
