// SPDX-License-Identifier: GPL-2.0

//! `children`: the threads and processes that a thread has started and not waited for.
//!
//! Answers to `get_children_pid()` and its callers in [`fs/proc/array.c`](srctree/fs/proc/array.c). As there, a child that exits
//! while the file is read may make the reader miss another. Everyone may read it.

use crate::{
    fs::{
        node::Node,
        text, //
    },
    pure::text::Text,
    rust_bindings::{
        tasks::{
            children::child_of,
            pid::Pid, //
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
    sync::aref::ARef, //
};

struct Children;

static OPS: FileOps = FileOps::records::<Children>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Records for Children {
    type Item = ARef<Pid>;

    fn start(inode: &Inode, pos: u64) -> Result<Option<Self::Item>> {
        Ok(inode.pid().and_then(|parent| child_of(parent, None, pos)))
    }

    fn next(inode: &Inode, item: Self::Item, pos: u64) -> Option<Self::Item> {
        child_of(inode.pid()?, Some(&item), pos)
    }

    fn show(seq: &SeqFile, inode: &Inode, item: &Self::Item) -> Result {
        let mut buf = [0; 16];
        let mut text = Text::new(&mut buf);
        text.dec_signed(item.nr_ns(inode.super_block().pid_ns()).into());
        text.byte(b' ');
        seq.write(text.filled());
        Ok(())
    }
}
