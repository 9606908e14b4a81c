// SPDX-License-Identifier: GPL-2.0

//! Entries that a subsystem of the kernel writes by a function of its own, for the logic lives there: the row names the function.
//!
//! Answers to `proc_single_show()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::inode;
use crate::{
    fs::node::Node,
    rust_bindings::{
        procfs::seq_record::SeqShow,
        tasks::pid::FindTask,
        vfs::{
            file::FileOps,
            inode::Inode,
            seq::SeqFile, //
        }, //
    },
    task::TABLE, //
};
use kernel::prelude::*;

struct Formatted;

/// The operations of such a file.
pub(crate) static FILE_OPS: FileOps = FileOps::seq::<Formatted>();

impl SeqShow for Formatted {
    fn show(seq: &SeqFile, inode: &Inode) -> Result {
        let task = inode.get_task().ok_or(ESRCH)?;
        match inode::row(inode).and_then(|row| TABLE.get(row)) {
            Some(entry) => match &entry.kind {
                Node::Formatter(formatter) => formatter.show(seq, inode, &task),
                _ => Err(EINVAL),
            },
            None => Err(EINVAL),
        }
    }
}
