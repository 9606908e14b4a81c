// SPDX-License-Identifier: GPL-2.0

//! The out-of-memory killer's adjustment of a process.
//!
//! Locks: [`Adjustment::lock`] takes `oom_adj_mutex` (sleeps). Inside it, [`Adjustment::set`] takes `task_lock()` of one task at a
//! time, inside RCU.
//!
//! C header: [`include/linux/oom.h`](srctree/include/linux/oom.h)

use crate::rust_bindings::{
    raw,
    tasks::{
        signal::signal,
        task::TaskExt, //
    }, //
};
use core::ptr::NonNull;
use kernel::{
    mm::Mm,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task,
    types::NotThreadSafe, //
};

/// The adjustment of `task`'s process now.
pub(crate) fn adjustment(task: &Task) -> i16 {
    // SAFETY: A task pins its `signal`; one word, read in one load.
    unsafe { (&raw const (*signal(task)).oom_score_adj).read_volatile() }
}

/// The right to change a process's adjustment.
pub(crate) struct Adjustment<'a>(&'a Task, NotThreadSafe);

impl<'a> Adjustment<'a> {
    /// Takes the lock. Sleeps.
    pub(crate) fn lock(task: &'a Task) -> Self {
        // SAFETY: The lock is a static of the kernel.
        unsafe { raw::mutex_lock(&raw mut raw::oom_adj_mutex) };
        Self(task, NotThreadSafe)
    }

    /// The smallest value that the process may set without privilege.
    pub(crate) fn minimum(&self) -> i16 {
        // SAFETY: A task pins its `signal`; the lock is held.
        unsafe { (*signal(self.0)).oom_score_adj_min }
    }

    /// Sets the value for the process and for all others that share its memory; with `new_minimum`, also the smallest value
    /// that they may set without privilege.
    pub(crate) fn set(&self, value: i16, new_minimum: bool) {
        let shared = self.shared_mm();
        // SAFETY: A task pins its `signal`; the lock is held.
        unsafe { store(signal(self.0), value, new_minimum) };
        let Some(mm) = shared else {
            return;
        };
        let _rcu = rcu::read_lock();
        // SAFETY: RCU keeps every process while the list is walked; `task_lock()` keeps its address space and `signal`.
        unsafe {
            let mut p = raw::proc2_next_process(&raw mut raw::init_task);
            while !core::ptr::eq(p, &raw const raw::init_task) {
                let task = &*p.cast::<Task>();
                let untouchable = (*p).flags & raw::PF_KTHREAD != 0 || raw::proc2_is_global_init(p);
                if !untouchable && !self.0.same_thread_group(task) {
                    raw::proc2_task_lock(p);
                    if (*p).vfork_done.is_null() && raw::process_shares_mm(p, mm.as_raw()) {
                        store((*p).signal, value, new_minimum);
                    }
                    raw::proc2_task_unlock(p);
                }
                p = raw::proc2_next_process(p);
            }
        }
    }

    /// The address space, if other processes use it too. A vfork child has an adjustment of its own.
    fn shared_mm(&self) -> Option<ARef<Mm>> {
        let task = self.0.as_ptr();
        // SAFETY: The task is valid; the function returns a thread with its `task_lock()` held, which keeps the address space.
        unsafe {
            if !(*task).vfork_done.is_null() {
                return None;
            }
            let p = raw::find_lock_task_mm(task);
            if p.is_null() {
                return None;
            }
            let mm = (*p).mm;
            let shared = raw::proc2_mm_multiprocess(mm);
            if shared {
                raw::proc2_mmgrab(mm);
            }
            raw::proc2_task_unlock(p);
            if shared {
                NonNull::new(mm.cast()).map(|mm| ARef::from_raw(mm))
            } else {
                None
            }
        }
    }
}

/// # Safety
///
/// `signal` must be valid, with `oom_adj_mutex` held.
unsafe fn store(signal: *mut raw::signal_struct, value: i16, new_minimum: bool) {
    // SAFETY: The caller promises it.
    unsafe {
        (*signal).oom_score_adj = value;
        if new_minimum {
            (*signal).oom_score_adj_min = value;
        }
    }
}

impl Drop for Adjustment<'_> {
    fn drop(&mut self) {
        // SAFETY: The lock is held.
        unsafe { raw::mutex_unlock(&raw mut raw::oom_adj_mutex) };
    }
}
