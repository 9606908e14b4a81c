// SPDX-License-Identifier: GPL-2.0

//! Files and directories for which more is asked than their mode, or less.
//!
//! Locks: RCU; nothing sleeps, for these are asked in RCU walk too.

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

fn ask<G: AtomicGate>(inode: &Inode) -> Result {
    gate::pass_under_rcu::<G, _>(inode, None, ESRCH, |_| Ok(()))
}

/// Lets callers in whom both the gate `G` and the mode let in (`proc_fdinfo_permission()`).
///
/// # Errors
///
/// Those of the gate, `ESRCH` once the task is reaped, `EACCES`.
pub(crate) fn require<G: AtomicGate>(inode: &Inode, mask: Mask) -> Result {
    ask::<G>(inode)?;
    mutant!("fdinfo: its mode", inode.generic_permission(mask.bits()) => Ok(()))
}

/// Lets callers in whom either the mode or the gate `G` lets in (`proc_fd_permission()`).
///
/// # Errors
///
/// `EACCES`, or `ECHILD` to leave RCU walk.
pub(crate) fn allow<G: AtomicGate>(inode: &Inode, mask: Mask) -> Result {
    let verdict = mutant!("fd: its mode", inode.generic_permission(mask.bits()) => Ok(()));
    if verdict.is_err() && ask::<G>(inode).is_ok() {
        return Ok(());
    }
    verdict
}

/// A file for callers whom the gate `G` lets in besides the mode.
pub(crate) struct OnlyFor<G>(PhantomData<G>);

impl<G: AtomicGate> OnlyFor<G> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
}

#[vtable]
impl<G: AtomicGate> InodeOperations for OnlyFor<G> {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        require::<G>(inode, mask)
    }
}

/// A file that callers may read and write whom the gate `G` lets in, whatever the mode says; it
/// decides for all others (`proc_tid_comm_permission()`).
pub(crate) struct OpenTo<G>(PhantomData<G>);

impl<G: AtomicGate> OpenTo<G> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
}

#[vtable]
impl<G: AtomicGate> InodeOperations for OpenTo<G> {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        match ask::<G>(inode) {
            Ok(()) if !mask.exec() => Ok(()),
            Err(err) if err == ESRCH => Err(err),
            _ => mutant!("comm: its mode", inode.generic_permission(mask.bits()) => Ok(())),
        }
    }
}
