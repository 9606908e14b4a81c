// SPDX-License-Identifier: GPL-2.0

//! Files for which more is asked than their mode, or less.
//!
//! Locks: RCU; nothing sleeps, for these are asked in RCU walk too.

use crate::{
    gate::{
        directory::{
            self,
            DirectoryGate, //
        },
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

/// A file that asks what a directory would.
pub(crate) struct AsDirectory<G>(PhantomData<G>);

impl<G: DirectoryGate> AsDirectory<G> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
}

#[vtable]
impl<G: DirectoryGate> InodeOperations for AsDirectory<G> {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        G::permission(inode, mask)
    }
}

/// A file that callers may read and write whom the gate `G` lets in, whatever the mode says, which
/// decides for all others (`proc_tid_comm_permission()`).
pub(crate) struct OpenTo<G>(PhantomData<G>);

impl<G: AtomicGate> OpenTo<G> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
}

#[vtable]
impl<G: AtomicGate> InodeOperations for OpenTo<G> {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        match directory::ask::<G>(inode) {
            Ok(()) if !mask.exec() => Ok(()),
            Err(err) if err == ESRCH => Err(err),
            _ => mutant!("comm: its mode", inode.generic_permission(mask.bits()) => Ok(())),
        }
    }
}
