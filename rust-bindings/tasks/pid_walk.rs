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
/// `slot` is null or a slot of the namespace's tree that `iter` stands at; the RCU read lock is
/// held for `'rcu`.
pub(crate) struct PidWalk<'rcu> {
    ns: &'rcu PidNamespace,
    iter: raw::radix_tree_iter,
    slot: *mut *mut c_void,
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
        // INVARIANT: The slot is null; the caller holds the lock.
        Self {
            ns,
            iter,
            slot,
            _rcu: PhantomData,
        }
    }
}

impl<'rcu> Iterator for PidWalk<'rcu> {
    type Item = (i32, &'rcu Pid);

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: `ns` is valid.
        let (tree, base) = unsafe {
            let idr = &raw mut (*self.ns.as_ptr()).idr;
            (&raw mut (*idr).idr_rt, (*idr).idr_base)
        };
        loop {
            // SAFETY: By the type invariant, which each step keeps: nodes are freed after a grace
            // period, and slots are read in one load, as `rcu_dereference_raw()` does.
            let entry = unsafe {
                if !self.slot.is_null() {
                    // `radix_tree_next_slot()`, which can't be inlined here.
                    self.slot = match self.iter.next_index.wrapping_sub(self.iter.index) {
                        0 | 1 => core::ptr::null_mut(),
                        _ => self.slot.add(1),
                    };
                    self.iter.index = self.iter.index.wrapping_add(1);
                }
                if self.slot.is_null() {
                    self.slot = raw::radix_tree_next_chunk(tree, &mut self.iter, 0);
                }
                if self.slot.is_null() {
                    return None;
                }
                self.slot.read_volatile()
            };
            // `xa_is_internal()`.
            if entry.addr() & 3 == 2 {
                // The tree grew or shrank under us: the same place is searched again.
                // SAFETY: `iter` is ours.
                self.slot = unsafe { raw::proc2_radix_tree_iter_retry(&mut self.iter) };
                continue;
            }
            // SAFETY: The tree holds pids and null; pids are freed after a grace period, and the
            // lock is held for `'rcu`.
            if let Some(pid) = unsafe { entry.cast::<Pid>().as_ref() } {
                return Some((self.iter.index.wrapping_add(base as usize) as i32, pid));
            }
        }
    }
}
