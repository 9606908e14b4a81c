// SPDX-License-Identifier: GPL-2.0

//! Proofs that the RCU read lock is held: the kernel crate's guard, and a walk of the VFS that runs under RCU already.
//!
//! C header: [`include/linux/rcupdate.h`](srctree/include/linux/rcupdate.h)

use core::marker::PhantomData;
use kernel::sync::rcu;

/// What exists only while the RCU read lock is held.
///
/// # Safety
///
/// Whoever implements this must hold the RCU read lock as long as a value can be borrowed.
pub(crate) unsafe trait UnderRcu {}

// SAFETY: That is what the guard is.
unsafe impl UnderRcu for rcu::Guard {}

/// The walk along a path in which the VFS asks something: under RCU, or with references.
///
/// # Invariants
///
/// If it is under RCU, the RCU read lock is held until the VFS's call returns; the value lives no longer.
pub(crate) struct Walk<'a> {
    rcu: bool,
    _call: PhantomData<&'a *mut ()>,
}

impl<'a> Walk<'a> {
    /// # Safety
    ///
    /// With `rcu`, the RCU read lock must be held for `'a`.
    pub(in crate::rust_bindings) unsafe fn new(rcu: bool) -> Self {
        // INVARIANT: The caller promises it.
        Self {
            rcu,
            _call: PhantomData,
        }
    }

    /// Whether the walk is under RCU: then nothing may sleep.
    pub(crate) fn in_rcu(&self) -> bool {
        self.rcu
    }

    /// Takes the RCU read lock where the walk does not hold it.
    #[inline]
    pub(crate) fn lock(&self) -> WalkGuard<'_> {
        WalkGuard {
            _guard: (!self.rcu).then(rcu::read_lock),
            _walk: PhantomData,
        }
    }
}

/// The RCU read lock, held by a walk or for it.
pub(crate) struct WalkGuard<'a> {
    _guard: Option<rcu::Guard>,
    _walk: PhantomData<&'a Walk<'a>>,
}

// SAFETY: Either the guard is there, or the walk, which lives as long, is under RCU.
unsafe impl UnderRcu for WalkGuard<'_> {}
