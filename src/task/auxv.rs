// SPDX-License-Identifier: GPL-2.0

//! `auxv`: the auxiliary vector that a program was started with.
//!
//! Answers to `auxv_open()` and `auxv_read()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Who opens the file may read the vector
//! of the address space that the task had then.

use crate::{
    fs::node::Node,
    gate,
    rust_bindings::{
        memory::mm,
        vfs::{
            file::{
                File,
                FileOperations,
                FileOps, //
            },
            inode::Inode,
            user::UserBuf, //
        }, //
    }, //
};
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

struct Auxv;

static OPS: FileOps = FileOps::of::<Auxv>();

/// The row's node.
pub(super) const NODE: Node = Node::plain(&OPS);

#[vtable]
impl FileOperations for Auxv {
    type Data = ARef<Mm>;

    fn open(inode: &Inode, _file: &File) -> Result<ARef<Mm>> {
        gate::memory::open_mm(inode)
    }

    fn read(mm: &Mm, _file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        mm::read_auxv(mm, buf, pos)
    }
}
