// SPDX-License-Identifier: GPL-2.0

//! Magic links: they lead to an object, whatever its name, and readlink shows a name for it.
//!
//! Answers to `call_proc_get_link()`, `proc_pid_get_link()` and `proc_pid_readlink()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Both ways of using a link ask the same gate.

use super::inode;
use crate::{
    fs::node::Node,
    gate::{
        self,
        Permitted,
        Read, //
    },
    rust_bindings::{
        tasks::pid::FindTask,
        vfs::{
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps, //
            },
            link::{
                LinkBuffer,
                LinkTarget,
                Path, //
            }, //
        }, //
    },
    task::TABLE, //
};
use kernel::prelude::*;

/// Says where a link of a task leads.
pub(crate) type Target = fn(&Permitted<'_, Read>, &Inode) -> Result<Path>;

struct Link;

/// The operations of a link whose row says where it leads.
pub(crate) static OPS: InodeOps = InodeOps::of::<Link>();

/// Follows `target` for the task that `inode` belongs to.
///
/// # Errors
///
/// `ENOENT` once the task is reaped, those of the gate, and those of `target`.
pub(crate) fn resolve(inode: &Inode, target: Target) -> Result<Path> {
    let task = inode.get_task().ok_or(ENOENT)?;
    let permitted = gate::read(&task)?;
    target(&permitted, inode)
}

fn target_of(inode: &Inode) -> Result<Target> {
    match inode::row(inode).and_then(|row| TABLE.get(row)) {
        Some(entry) => match entry.kind {
            Node::Link(target) => Ok(target),
            _ => Err(ENOENT),
        },
        None => Err(ENOENT),
    }
}

#[vtable]
impl InodeOperations for Link {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        resolve(inode, target_of(inode)?).map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        buffer.path(&resolve(inode, target_of(inode)?)?)
    }
}
