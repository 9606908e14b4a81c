// SPDX-License-Identifier: GPL-2.0

//! A value that is replaced whole while others read it under RCU.
//!
//! Locks: readers hold the RCU read lock and wait for nobody. The value that is replaced goes in an RCU
//! callback, so its `drop()` must not sleep; whoever unloads this code waits for the callbacks first
//! (`rcu_barrier()`).
//!
//! C header: [`include/linux/rcupdate.h`](srctree/include/linux/rcupdate.h)

use crate::rust_bindings::{
    raw,
    vfs::under_rcu::UnderRcu, //
};
use core::{
    mem::offset_of,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    }, //
};
use kernel::{
    prelude::*,
    types::Opaque, //
};

/// An RCU-protected pointer to a value of its own.
///
/// # Invariants
///
/// `current` owns a `KBox<Version<T>>`. One that it no longer points to is freed after a grace period.
pub(crate) struct RcuBox<T: Send + Sync + 'static> {
    current: AtomicPtr<Version<T>>,
}

struct Version<T> {
    rcu: Opaque<raw::callback_head>,
    value: T,
}

impl<T: Send + Sync + 'static> RcuBox<T> {
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(value: T) -> Result<Self> {
        // INVARIANT: The box is new.
        Ok(Self {
            current: AtomicPtr::new(Self::version(value)?),
        })
    }

    fn version(value: T) -> Result<*mut Version<T>> {
        let rcu = Opaque::uninit();
        Ok(KBox::into_raw(KBox::new(
            Version { rcu, value },
            GFP_KERNEL,
        )?))
    }

    /// The value as it is now.
    #[inline]
    pub(crate) fn read<'a>(&'a self, _rcu: &'a impl UnderRcu) -> &'a T {
        // `rcu_dereference()`: what is read through the pointer depends on it, which is order enough.
        let current = self.current.load(Ordering::Relaxed);
        // SAFETY: By the type invariant: while the RCU read lock is held, no grace period ends that
        // began after the pointer was loaded. `&self` keeps the box from being dropped.
        unsafe { &(*current).value }
    }

    /// Replaces the value, for readers that come from now on.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; the value is then what it was.
    pub(crate) fn replace(&self, value: T) -> Result {
        let new = Self::version(value)?;
        // Others must see the value before they see the pointer (`rcu_assign_pointer()`).
        let old = self.current.swap(new, Ordering::AcqRel);
        // INVARIANT: The swap took the old box over, alone; the callback frees it.
        // SAFETY: The head is the box's own and in no other callback.
        unsafe { raw::call_rcu((*old).rcu.get(), Some(free::<T>)) };
        Ok(())
    }
}

impl<T: Send + Sync + 'static> Drop for RcuBox<T> {
    fn drop(&mut self) {
        // SAFETY: By the type invariant; readers borrow `self`, so there are none.
        drop(unsafe { KBox::from_raw(*self.current.get_mut()) });
    }
}

/// The RCU callback.
///
/// # Safety
///
/// `head` must be the `rcu` of a [`Version<T>`] that came from a `KBox` and that nobody reads any more.
unsafe extern "C" fn free<T>(head: *mut raw::callback_head) {
    // SAFETY: The caller promises it; `Opaque` is transparent.
    drop(unsafe {
        let version = head.byte_sub(offset_of!(Version<T>, rcu));
        KBox::from_raw(version.cast::<Version<T>>())
    });
}
