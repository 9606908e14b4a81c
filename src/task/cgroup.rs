// SPDX-License-Identifier: GPL-2.0

//! `cgroup`: the control groups that a task is in, as the reader's cgroup namespace names them.
//!
//! Answers to `proc_cgroup_show()` of [`kernel/cgroup/cgroup.c`](srctree/kernel/cgroup/cgroup.c), which writes it.

use super::Node;
use crate::{
    fs::text,
    rust_bindings::{
        file::FileOps,
        inode::Inode,
        kernel_files,
        seq::{
            SeqFile,
            SeqShow, //
        }, //
    }, //
};
use kernel::prelude::*;

struct Cgroup;

static OPS: FileOps = FileOps::seq::<Cgroup>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl SeqShow for Cgroup {
    fn show(seq: &SeqFile, inode: &Inode) -> Result {
        let task = inode.get_task().ok_or(ESRCH)?;
        kernel_files::show_cgroup(seq, inode, &task)
    }
}
