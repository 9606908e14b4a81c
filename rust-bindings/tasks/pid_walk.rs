// SPDX-License-Identifier: GPL-2.0

//! Walking through the pids of a namespace, in the order of their numbers.
//!
//! As `idr_get_next()` does it, but without a search from the tree's root for each pid.
//!
//! Locks: none; the RCU read lock is held as long as a walk lives.
//!
//! C headers: [`include/linux/radix-tree.h`](srctree/include/linux/radix-tree.h),
//! [`include/linux/idr.h`](srctree/include/linux/idr.h)

use crate::rust_bindings::{
    raw,
    tasks::pid::Pid,
    vfs::under_rcu::UnderRcu, //
};
use core::{
    ffi::c_void,
    marker::PhantomData, //
};
use kernel::pid_namespace::PidNamespace;

/// The pids from a number on, each with its number.
///
/// # Invariants
///
/// From `slot` up to `end` are the slots of one chunk of the namespace's tree that are left, the
/// last one the last before `iter.next_index`, or they are equal; the RCU read lock is held for
/// `'rcu`.
pub(crate) struct PidWalk<'rcu> {
    ns: &'rcu PidNamespace,
    iter: raw::radix_tree_iter,
    slot: *mut *mut c_void,
    end: *mut *mut c_void,
    _rcu: PhantomData<&'rcu ()>,
}

impl<'rcu> PidWalk<'rcu> {
    /// Starts at the smallest number of at least `nr` in `ns`.
    pub(crate) fn from(nr: u32, ns: &'rcu PidNamespace, _rcu: &'rcu impl UnderRcu) -> Self {
        let mut iter = raw::radix_tree_iter::default();
        // SAFETY: `ns` is valid; the base never changes.
        let base = unsafe { (*ns.as_ptr()).idr.idr_base };
        // SAFETY: `iter` is ours.
        let slot =
            unsafe { raw::proc2_radix_tree_iter_init(&mut iter, nr.saturating_sub(base) as usize) };
        // INVARIANT: Both are null; the caller holds the lock.
        Self {
            ns,
            iter,
            slot,
            end: slot,
            _rcu: PhantomData,
        }
    }
}

impl<'rcu> Iterator for PidWalk<'rcu> {
    type Item = (i32, &'rcu Pid);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: `ns` is valid.
        let (tree, base) = unsafe {
            let idr = &raw mut (*self.ns.as_ptr()).idr;
            (&raw mut (*idr).idr_rt, (*idr).idr_base)
        };
        loop {
            if self.slot == self.end {
                // SAFETY: The tree is valid, and by the type invariant RCU is held.
                let first = unsafe { raw::radix_tree_next_chunk(tree, &mut self.iter, 0) };
                if first.is_null() {
                    return None;
                }
                let count = self.iter.next_index.wrapping_sub(self.iter.index);
                // INVARIANT: As many slots as `radix_tree_chunk_size()` says, one at least.
                self.slot = first;
                self.end = first.wrapping_add(count);
            }
            // SAFETY: By the type invariant, for they are not equal: nodes are freed after a grace
            // period, and slots are read in one load, as `rcu_dereference_raw()` does.
            let entry = unsafe { self.slot.read_volatile() };
            let left = self.end.addr().wrapping_sub(self.slot.addr()) / size_of_val(&self.slot);
            let index = self.iter.next_index.wrapping_sub(left);
            // INVARIANT: One slot further.
            self.slot = self.slot.wrapping_add(1);
            // `xa_is_internal()`.
            if entry.addr() & 3 == 2 {
                // The tree grew or shrank under us: the same place is searched again.
                self.iter.index = index;
                // SAFETY: `iter` is ours.
                self.slot = unsafe { raw::proc2_radix_tree_iter_retry(&mut self.iter) };
                // INVARIANT: They are equal.
                self.end = self.slot;
                continue;
            }
            // SAFETY: The tree holds pids and null; pids are freed after a grace period, and the
            // lock is held for `'rcu`.
            if let Some(pid) = unsafe { entry.cast::<Pid>().as_ref() } {
                return Some((index.wrapping_add(base as usize) as i32, pid));
            }
        }
    }
}
