// SPDX-License-Identifier: GPL-2.0

//! `comm`: a task's name, which its own process may change.
//!
//! Answers to `comm_show()`, `comm_write()` and `proc_tid_comm_permission()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        node::Node,
        text, //
    },
    gate,
    pure::text::Text,
    rust_bindings::{
        procfs::record::Record,
        tasks::{
            pid::FindTask,
            task::{
                with_current,
                TaskExt,
                COMM_LEN,
                NAME_LEN, //
            }, //
        },
        vfs::{
            file::{
                File,
                FileOps,
                Write, //
            },
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                Mask, //
            },
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

struct Comm;

static OPS: FileOps = FileOps::record_with_write::<Comm>();
static THREAD_INODE_OPS: InodeOps = InodeOps::of::<Comm>();

/// The node of the row in `/<pid>`.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

/// The node of the row in `/<pid>/task/<tid>`.
pub(super) const THREAD_NODE: Node = Node::File {
    inode: &THREAD_INODE_OPS,
    file: &OPS,
};

impl Record for Comm {
    fn show(_file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let task = inode.get_task().ok_or(ESRCH)?;
        let task = gate::anyone(&task);
        let mut text = Text::new(buf);
        text.bytes(task.task().name(&mut [0; NAME_LEN]));
        text.byte(b'\n');
        Ok(text.len())
    }
}

impl Write for Comm {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let mut comm = [0; COMM_LEN];
        if let Some((_, name)) = comm.split_last_mut() {
            data.read(name)?;
        }
        let task = file.inode().get_task().ok_or(ESRCH)?;
        gate::own_process(&task)?.set_comm(&comm);
        // What does not fit is taken, and lost.
        Ok(data.taken())
    }
}

#[vtable]
impl InodeOperations for Comm {
    /// A process names its threads through this entry, dumpable or not; the mode decides for everyone else.
    fn permission(inode: &Inode, mask: Mask) -> Result {
        let task = inode.get_task().ok_or(ESRCH)?;
        if !mask.exec() && with_current(|current| current.same_thread_group(&task)) {
            return Ok(());
        }
        inode.generic_permission(mask.bits())
    }
}
