// SPDX-License-Identifier: GPL-2.0

//! Files that some callers may use whatever the mode says.

use crate::{
    gate::{
        self,
        AtomicGate, //
    },
    rust_bindings::vfs::{
        inode::Inode,
        inode_ops::{
            InodeOperations,
            InodeOps,
            Mask, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// A file that callers may read and write whom the gate `G` lets in; the mode decides for all others
/// (`proc_tid_comm_permission()`).
pub(crate) struct OpenTo<G>(PhantomData<G>);

impl<G: AtomicGate> OpenTo<G> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
}

#[vtable]
impl<G: AtomicGate> InodeOperations for OpenTo<G> {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        match gate::pass_under_rcu::<G, _>(inode, None, ESRCH, |_| Ok(())) {
            Ok(()) if !mask.exec() => Ok(()),
            Err(err) if err == ESRCH => Err(err),
            _ => inode.generic_permission(mask.bits()),
        }
    }
}
