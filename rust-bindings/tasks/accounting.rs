// SPDX-License-Identifier: GPL-2.0

//! What a task and its thread group have used: processor time, faults, I/O.
//!
//! Locks: [`Totals::of_group`] and [`Io::of_group`] read under `signal->stats_lock`, first without
//! taking it, then with it and interrupts off, inside RCU; nothing sleeps under it.
//!
//! C headers: [`include/linux/sched/cputime.h`](srctree/include/linux/sched/cputime.h),
//! [`include/linux/task_io_accounting.h`](srctree/include/linux/task_io_accounting.h)

use crate::rust_bindings::{
    raw,
    tasks::signal::signal, //
};
use kernel::{
    sync::rcu,
    task::Task, //
};

/// Runs `read` until it saw the thread group's statistics at one moment.
fn at_one_moment<R>(
    task: &Task,
    _rcu: &rcu::Guard,
    mut read: impl FnMut(*mut raw::signal_struct) -> R,
) -> R {
    let sig = signal(task);
    // SAFETY: A task pins its `signal`; the seqlock is its own. What `read` sees without the lock
    // is thrown away if a writer was there.
    unsafe {
        let lock = &raw mut (*sig).stats_lock;
        let start = raw::proc2_read_seqbegin(lock);
        let result = read(sig);
        if !raw::proc2_read_seqretry(lock, start) {
            return result;
        }
        let flags = raw::proc2_read_seqlock_excl_irqsave(lock);
        let result = read(sig);
        raw::proc2_read_sequnlock_excl_irqrestore(lock, flags);
        result
    }
}

/// The threads of `task`'s group, as long as the RCU read lock is held.
pub(crate) fn threads<'rcu>(
    task: &Task,
    _rcu: &'rcu rcu::Guard,
) -> impl Iterator<Item = &'rcu Task> {
    // SAFETY: The list is RCU's, and the read lock is held as long as the items live; `Task` is
    // transparent.
    let first = unsafe {
        raw::proc2_first_thread(task.as_ptr())
            .cast::<Task>()
            .as_ref()
    };
    // SAFETY: As above.
    core::iter::successors(first, |task| unsafe {
        raw::proc2_next_thread(task.as_ptr())
            .cast::<Task>()
            .as_ref()
    })
}

/// Faults and guest time. Times are in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Totals {
    /// Faults that needed no I/O.
    pub(crate) min_flt: u64,
    /// Faults that needed I/O.
    pub(crate) maj_flt: u64,
    /// Time spent as a virtual processor.
    pub(crate) guest: u64,
}

/// What reaped children have used. Times are in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Children {
    /// Faults that needed no I/O.
    pub(crate) min_flt: u64,
    /// Faults that needed I/O.
    pub(crate) maj_flt: u64,
    /// Time in user mode.
    pub(crate) user: u64,
    /// Time in the kernel.
    pub(crate) system: u64,
    /// Time spent as a virtual processor.
    pub(crate) guest: u64,
}

impl Totals {
    /// Of `task` alone.
    pub(crate) fn of_thread(task: &Task) -> Self {
        // SAFETY: The task is valid; the figures are words that it changes at any time.
        unsafe {
            let t = task.as_ptr();
            Self {
                min_flt: (&raw const (*t).min_flt).read_volatile() as u64,
                maj_flt: (&raw const (*t).maj_flt).read_volatile() as u64,
                guest: raw::proc2_task_gtime(t),
            }
        }
    }

    fn add(self, more: Self) -> Self {
        Self {
            min_flt: self.min_flt.wrapping_add(more.min_flt),
            maj_flt: self.maj_flt.wrapping_add(more.maj_flt),
            guest: self.guest.wrapping_add(more.guest),
        }
    }

    /// Of `task`'s whole group, its dead threads included; and what the group's reaped children
    /// have used.
    pub(crate) fn of_group(task: &Task) -> (Self, Children) {
        let rcu = rcu::read_lock();
        at_one_moment(task, &rcu, |sig| {
            // SAFETY: The group is valid; what is read while a writer is there is thrown away.
            let (dead, children) = unsafe {
                let dead = Self {
                    min_flt: (&raw const (*sig).min_flt).read_volatile() as u64,
                    maj_flt: (&raw const (*sig).maj_flt).read_volatile() as u64,
                    guest: (&raw const (*sig).gtime).read_volatile(),
                };
                (dead, Children::read(sig))
            };
            let threads = threads(task, &rcu).map(Self::of_thread);
            (threads.fold(dead, Self::add), children)
        })
    }
}

impl Children {
    /// # Safety
    ///
    /// `sig` must be valid.
    unsafe fn read(sig: *mut raw::signal_struct) -> Self {
        // SAFETY: The caller promises it; the figures are words that change at any time.
        unsafe {
            Self {
                min_flt: (&raw const (*sig).cmin_flt).read_volatile() as u64,
                maj_flt: (&raw const (*sig).cmaj_flt).read_volatile() as u64,
                user: (&raw const (*sig).cutime).read_volatile(),
                system: (&raw const (*sig).cstime).read_volatile(),
                guest: (&raw const (*sig).cgtime).read_volatile(),
            }
        }
    }

    /// Of `task`'s group.
    pub(crate) fn of(task: &Task) -> Self {
        let rcu = rcu::read_lock();
        // SAFETY: The group is valid.
        at_one_moment(task, &rcu, |sig| unsafe { Self::read(sig) })
    }
}

/// User and system time in nanoseconds, scaled so that they add up to what the scheduler measured.
pub(crate) fn cpu_times(task: &Task, whole_group: bool) -> (u64, u64) {
    let (mut user, mut system) = (0, 0);
    // SAFETY: The task is valid.
    unsafe {
        if whole_group {
            raw::thread_group_cputime_adjusted(task.as_ptr(), &mut user, &mut system);
        } else {
            raw::proc2_task_cputime_adjusted(task.as_ptr(), &mut user, &mut system);
        }
    }
    (user, system)
}

/// Nanoseconds in clock ticks, of which there are 100 in a second.
#[inline]
pub(crate) fn clock_ticks(nanoseconds: u64) -> u64 {
    match nanoseconds {
        // What most children have used.
        0 => 0,
        // SAFETY: The function has no precondition.
        _ => unsafe { raw::nsec_to_clock_t(nanoseconds) },
    }
}

/// I/O of a task or its group.
#[cfg(CONFIG_TASK_IO_ACCOUNTING)]
#[derive(Clone, Copy)]
pub(crate) struct Io(raw::task_io_accounting);

#[cfg(CONFIG_TASK_IO_ACCOUNTING)]
impl Io {
    /// Of `task` alone.
    pub(crate) fn of_thread(task: &Task) -> Self {
        // SAFETY: The task is valid; the figures are words that it changes at any time.
        Self(unsafe { (&raw const (*task.as_ptr()).ioac).read_volatile() })
    }

    /// Of `task`'s whole group, its dead threads included.
    pub(crate) fn of_group(task: &Task) -> Self {
        let rcu = rcu::read_lock();
        at_one_moment(task, &rcu, |sig| {
            // SAFETY: The group is valid; what is read while a writer is there is thrown away.
            let mut sum = unsafe { (&raw const (*sig).ioac).read_volatile() };
            for thread in threads(task, &rcu) {
                let Self(mut own) = Self::of_thread(thread);
                // SAFETY: Both are ours.
                unsafe { raw::proc2_task_io_accounting_add(&mut sum, &mut own) };
            }
            Self(sum)
        })
    }

    /// The figures in the order in which `io` shows them.
    pub(crate) fn figures(&self) -> [u64; 7] {
        let io = &self.0;
        [
            io.rchar,
            io.wchar,
            io.syscr,
            io.syscw,
            io.read_bytes,
            io.write_bytes,
            io.cancelled_write_bytes,
        ]
    }
}
