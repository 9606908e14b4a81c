// SPDX-License-Identifier: GPL-2.0

//! Magic links: they lead to an object, whatever its name, and readlink shows a name for it.
//!
//! Mirrors `call_proc_get_link()`, `proc_pid_get_link()` and `proc_pid_readlink()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Both ways of using a link ask the same gate.

use super::node::Node;
use crate::{
    gate::{
        self,
        ptrace::Read,
        Gate,
        Permitted, //
    },
    rust_bindings::vfs::{
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
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// A link that callers may use whom the gate `G` lets in.
pub(crate) trait LinkEntry<G: Gate>: 'static {
    /// Where it leads.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn target(permitted: &Permitted<'_, G>) -> Result<Path>;
}

/// The inode of such an entry.
pub(crate) struct Link<G, E>(PhantomData<(G, E)>);

impl<G: Gate, E: LinkEntry<G>> Link<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::Link(&InodeOps::of::<Self>());
}

/// Follows `target` for the task that `inode` belongs to.
///
/// # Errors
///
/// `ENOENT` once the task is reaped, those of the gate, and those of `target`.
pub(crate) fn resolve(
    inode: &Inode,
    target: fn(&Permitted<'_, Read>, &Inode) -> Result<Path>,
) -> Result<Path> {
    gate::pass(inode, None, ENOENT, |permitted| target(permitted, inode))
}

#[vtable]
impl<G: Gate, E: LinkEntry<G>> InodeOperations for Link<G, E> {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        gate::pass(inode, None, ENOENT, E::target).map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        buffer.path(&gate::pass(inode, None, ENOENT, E::target)?)
    }
}
