// SPDX-License-Identifier: GPL-2.0

//! Something that the kernel does again and again, by itself.
//!
//! All begin at the same moments, so that a machine that sleeps is woken once for all of them; one
//! that has nothing else to do is not woken at all.
//!
//! Locks: none are held while it is done, in a thread of the kernel's, which may sleep.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use crate::rust_bindings::raw;
use core::{
    mem::offset_of,
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    }, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    prelude::*,
    types::Opaque, //
};

/// What is done.
pub(crate) trait Repeated: Send + Sync + 'static {
    /// Called at each moment, with the number of the moment: between two calls some may have passed.
    fn again(&self, moment: u64);
}

/// How many jiffies are between two moments: those of the load average (`LOAD_FREQ`).
fn period() -> usize {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_load_freq() }
}

/// The number of the last moment.
pub(crate) fn moment() -> u64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_jiffies_64() / period().max(1) as u64 }
}

#[repr(C)]
struct Inner<T> {
    work: Opaque<raw::delayed_work>,
    what: T,
}

/// Something that is done again and again, until it is stopped or this is dropped, either of which
/// may sleep.
///
/// # Invariants
///
/// The pointer is null, or to an [`Inner`] from a `KBox`, whose work is initialised.
pub(crate) struct Repeat<T: Repeated>(AtomicPtr<Inner<T>>);

impl<T: Repeated> Repeat<T> {
    /// What is not done yet.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(what: T) -> Result<Self> {
        let work = Opaque::uninit();
        let inner = KBox::into_raw(KBox::new(Inner { work, what }, GFP_KERNEL_ACCOUNT)?);
        // SAFETY: The work is in a place where it stays, and nobody else knows it.
        unsafe { raw::proc2_init_deferrable_work((*inner).work.get(), Some(run::<T>)) };
        // INVARIANT: It is such a box.
        Ok(Self(AtomicPtr::new(inner)))
    }

    /// Begins at the next moment.
    pub(crate) fn start(&self) {
        let inner = self.0.load(Ordering::Acquire);
        if !inner.is_null() {
            // SAFETY: By the type invariant; whoever stops it waits for it.
            unsafe { schedule((*inner).work.get()) };
        }
    }

    /// Stops it, and waits for its end.
    pub(crate) fn stop(&self) {
        let inner = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
        if inner.is_null() {
            return;
        }
        // SAFETY: By the type invariant; the exchange makes this the only user but the work itself,
        // which is over behind the function, and stays so.
        unsafe {
            raw::cancel_delayed_work_sync((*inner).work.get());
            drop(KBox::from_raw(inner));
        }
    }
}

impl<T: Repeated> Drop for Repeat<T> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Lets the work be done at the next moment.
///
/// # Safety
///
/// `work` must be initialised and stay until it is cancelled.
unsafe fn schedule(work: *mut raw::delayed_work) {
    // SAFETY: The caller promises the work; the other functions have no precondition.
    unsafe {
        let period = period().max(1);
        let passed = (raw::proc2_jiffies_64() % period as u64) as usize;
        raw::proc2_schedule_delayed_work(work, period - passed);
    }
}

/// The work.
///
/// # Safety
///
/// `work` must be that of an [`Inner`], which whoever frees it cancels before.
unsafe extern "C" fn run<T: Repeated>(work: *mut raw::work_struct) {
    // SAFETY: The caller promises it; the work stands first, and in it its own.
    unsafe {
        let delayed = work
            .byte_sub(offset_of!(raw::delayed_work, work))
            .cast::<raw::delayed_work>();
        let inner = delayed
            .byte_sub(offset_of!(Inner<T>, work))
            .cast::<Inner<T>>();
        (*inner).what.again(moment());
        // Nothing where it is being cancelled.
        schedule(delayed);
    }
}
