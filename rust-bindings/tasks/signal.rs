// SPDX-License-Identifier: GPL-2.0

//! What threads of a process share: signals, limits, and the lock that exec changes credentials
//! under.
//!
//! Locks: [`ExecUpdate`] holds `signal->exec_update_lock` for reading (sleeps; outermost).
//! [`SighandLock`] holds `sighand->siglock` with interrupts off; nothing sleeps or allocates under
//! it.
//!
//! C header: [`include/linux/sched/signal.h`](srctree/include/linux/sched/signal.h)

use crate::rust_bindings::{
    raw,
    tasks::pid::Pid, //
};
use core::ptr::NonNull;
use kernel::{
    error::to_result,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task,
    types::NotThreadSafe, //
};

/// `exec_update_lock`, held for reading: credentials and address space of the task belong together
/// as long as it lives.
pub(crate) struct ExecUpdate<'a>(&'a Task, NotThreadSafe);

impl<'a> ExecUpdate<'a> {
    /// Waits until no exec changes the task. Sleeps.
    ///
    /// # Errors
    ///
    /// `EINTR` if the caller is killed while it waits.
    pub(crate) fn lock(task: &'a Task) -> Result<Self> {
        // Nearly always nobody has it, and then this is the shorter way.
        if let Some(locked) = Self::try_lock(task) {
            return Ok(locked);
        }
        // SAFETY: A task pins its `signal`.
        to_result(unsafe { raw::down_read_killable(&raw mut (*signal(task)).exec_update_lock) })?;
        Ok(Self(task, NotThreadSafe))
    }

    /// As [`ExecUpdate::lock`], but ended by any signal.
    ///
    /// # Errors
    ///
    /// `EINTR` if there is one for the caller.
    pub(crate) fn lock_interruptible(task: &'a Task) -> Result<Self> {
        // SAFETY: A task pins its `signal`.
        let waited =
            unsafe { raw::down_read_interruptible(&raw mut (*signal(task)).exec_update_lock) };
        to_result(waited)?;
        Ok(Self(task, NotThreadSafe))
    }

    /// As [`ExecUpdate::lock`], but `None` where it would have to wait. Does not sleep.
    #[inline]
    pub(crate) fn try_lock(task: &'a Task) -> Option<Self> {
        // SAFETY: A task pins its `signal`.
        let locked = unsafe { raw::down_read_trylock(&raw mut (*signal(task)).exec_update_lock) };
        // Lazily, as below.
        (locked != 0).then(|| Self(task, NotThreadSafe))
    }
}

impl Drop for ExecUpdate<'_> {
    fn drop(&mut self) {
        // SAFETY: The lock is held.
        unsafe { raw::up_read(&raw mut (*signal(self.0)).exec_update_lock) };
    }
}

pub(in crate::rust_bindings) fn signal(task: &Task) -> *mut raw::signal_struct {
    // SAFETY: The task is valid; the field is set when it is made and never changes.
    unsafe { (*task.as_ptr()).signal }
}

/// `siglock` of a task that is not reaped.
///
/// Only lent: the interrupts are let in again when it goes, and that must be in the reverse order
/// where there are two.
pub(crate) struct SighandLock<'a> {
    task: &'a Task,
    flags: kernel::ffi::c_ulong,
    _not_send: NotThreadSafe,
}

impl<'a> SighandLock<'a> {
    /// Runs `f` under the lock; `None` once the task is reaped.
    #[inline]
    pub(crate) fn with<R>(task: &'a Task, f: impl FnOnce(&Self) -> R) -> Option<R> {
        Self::lock(task).map(|lock| f(&lock))
    }

    #[inline]
    fn lock(task: &'a Task) -> Option<Self> {
        let mut flags = 0;
        // SAFETY: The task is valid.
        let sighand = unsafe { raw::lock_task_sighand(task.as_ptr(), &mut flags) };
        // Lazily: a value made for nothing would be dropped, and unlock what nobody has locked.
        (!sighand.is_null()).then(|| Self {
            task,
            flags,
            _not_send: NotThreadSafe,
        })
    }

    /// The ignored and the caught signals, signal `n` in bit `n - 1`.
    pub(crate) fn dispositions(&self) -> (u64, u64) {
        const AT_A_TIME: usize = 8;
        let (mut ignored, mut caught) = (0, 0);
        // SAFETY: The lock is held, so that the task has its `sighand`, whose actions nobody
        // changes without it.
        let actions = unsafe { &(*(*self.task.as_ptr()).sighand).action };
        const { assert!(raw::_NSIG as usize % AT_A_TIME == 0) };
        // `SIG_DFL` is 0 and `SIG_IGN` 1; neither is a function.
        let handler = |action: &raw::k_sigaction| action.sa.sa_handler.map_or(0, |f| f as usize);
        let mut first = 1u64;
        for some in actions.chunks_exact(AT_A_TIME) {
            // Most are `SIG_DFL`, and the lock is not to be held for each of those.
            if some.iter().fold(0, |all, action| all | handler(action)) != 0 {
                let mut bit = first;
                for action in some {
                    match handler(action) {
                        0 => {}
                        1 => ignored |= bit,
                        _ => caught |= bit,
                    }
                    bit <<= 1;
                }
            }
            first = first.wrapping_shl(AT_A_TIME as u32);
        }
        (ignored, caught)
    }

    /// The signals pending for the process.
    pub(crate) fn shared_pending(&self) -> u64 {
        // SAFETY: A task pins its `signal`; one word, which nobody changes without the lock.
        unsafe { (*signal(self.task)).shared_pending.signal.sig[0] as u64 }
    }

    /// How many signals the task's user has queued in its user namespace, and how many may be.
    pub(crate) fn queue(&self) -> (u64, u64) {
        let _rcu = rcu::read_lock();
        // SAFETY: The task is valid, and RCU keeps its credentials.
        unsafe {
            let ucounts = raw::proc2_task_ucounts(self.task.as_ptr());
            let queued =
                raw::proc2_get_rlimit_value(ucounts, raw::rlimit_type_UCOUNT_RLIMIT_SIGPENDING);
            // `status` has an unsigned int for the number.
            (
                u64::from(queued as u32),
                raw::proc2_task_rlimit(self.task.as_ptr(), raw::RLIMIT_SIGPENDING) as u64,
            )
        }
    }

    /// The limits, current and maximum, by their `RLIMIT_` number.
    pub(crate) fn limits(&self) -> [(u64, u64); raw::RLIM_NLIMITS as usize] {
        // SAFETY: A task pins its `signal`.
        let limits = unsafe { (&raw const (*signal(self.task)).rlim).read_volatile() };
        limits.map(|limit| (limit.rlim_cur as u64, limit.rlim_max as u64))
    }

    /// The limit of the resident size.
    pub(crate) fn rss_limit(&self) -> u64 {
        // SAFETY: A task pins its `signal`; one word, read in one load.
        unsafe {
            (&raw const (*signal(self.task)).rlim[raw::RLIMIT_RSS as usize].rlim_cur)
                .read_volatile() as u64
        }
    }

    /// The number of the controlling terminal's device and its foreground process group in `ns`.
    pub(crate) fn tty(&self, ns: &PidNamespace) -> Option<(i32, i32)> {
        // SAFETY: The lock keeps the terminal; the function takes a count of the group, which may
        // be null.
        unsafe {
            let tty = (*signal(self.task)).tty;
            if tty.is_null() {
                return None;
            }
            let group = raw::tty_get_pgrp(tty);
            let group = NonNull::new(group.cast::<Pid>()).map(|pid| ARef::from_raw(pid));
            Some((
                raw::proc2_tty_nr(tty),
                group.map_or(0, |group| group.nr_ns(ns)),
            ))
        }
    }

    /// The exit code of the process, once it is decided or while it is stopped.
    pub(crate) fn group_exit_code(&self) -> Option<i32> {
        // SAFETY: A task pins its `signal`; the lock is held, under which both change.
        let (flags, code) = unsafe {
            let signal = signal(self.task);
            ((*signal).flags, (*signal).group_exit_code)
        };
        (flags & (raw::SIGNAL_GROUP_EXIT | raw::SIGNAL_STOP_STOPPED) != 0).then_some(code)
    }
}

impl Drop for SighandLock<'_> {
    fn drop(&mut self) {
        // SAFETY: The lock is held, taken with these flags.
        unsafe { raw::proc2_unlock_task_sighand(self.task.as_ptr(), &mut self.flags) };
    }
}

/// The signals pending for the task alone, and those that it blocks. Both are words that may change
/// at any time.
pub(crate) fn pending_and_blocked(task: &Task) -> (u64, u64) {
    // SAFETY: The task is valid.
    unsafe {
        let task = task.as_ptr();
        (
            (&raw const (*task).pending.signal.sig[0]).read_volatile() as u64,
            (&raw const (*task).blocked.sig[0]).read_volatile() as u64,
        )
    }
}

/// Whether the process dumps its memory.
pub(crate) fn core_dumping(task: &Task) -> bool {
    // SAFETY: A task pins its `signal`; one word, read in one load.
    unsafe {
        !(&raw const (*signal(task)).core_state)
            .read_volatile()
            .is_null()
    }
}
