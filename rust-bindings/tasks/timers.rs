// SPDX-License-Identifier: GPL-2.0

//! The POSIX timers of a process.
//!
//! Locks: RCU around the list, and in it each timer's `it_lock` with interrupts off; nothing sleeps under them.
//!
//! C header: [`include/linux/posix-timers.h`](srctree/include/linux/posix-timers.h)

use crate::rust_bindings::{
    raw,
    tasks::{
        pid::Pid,
        signal::signal, //
    }, //
};
use kernel::{
    pid_namespace::PidNamespace,
    sync::rcu,
    task::Task, //
};

/// A timer, as it was at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Timer {
    /// Its number in the process.
    pub(crate) id: i32,
    /// The signal that it sends.
    pub(crate) signal: i32,
    /// The value that goes with the signal.
    pub(crate) value: u64,
    /// How it notifies: a `SIGEV_` number.
    pub(crate) notify: i32,
    /// Whom it notifies, as numbered in the namespace that was asked for.
    pub(crate) target: i32,
    /// Its clock.
    pub(crate) clock: i32,
}

/// Whether `task`'s process has timers, which most have not.
pub(crate) fn any(task: &Task) -> bool {
    // SAFETY: A task pins its `signal`; one word, which is only looked at.
    unsafe {
        !(&raw const (*signal(task)).posix_timers.first)
            .read_volatile()
            .is_null()
    }
}

/// Reads timers of `task`'s process into `slots`, from the one at `from` on, and returns how many there were. A timer that is being
/// deleted leaves an empty slot.
pub(crate) fn read(
    task: &Task,
    ns: &PidNamespace,
    from: u64,
    slots: &mut [Option<Timer>],
) -> usize {
    let _rcu = rcu::read_lock();
    let mut filled = 0;
    // SAFETY: A task pins its `signal`. RCU keeps the list's nodes, each of which is in a timer; the timer's lock keeps its fields.
    unsafe {
        let mut timer = raw::proc2_first_timer(signal(task));
        for _ in 0..from {
            if timer.is_null() {
                break;
            }
            timer = raw::proc2_next_timer(timer);
        }
        for slot in slots.iter_mut() {
            if timer.is_null() {
                break;
            }
            raw::proc2_timer_lock(timer);
            *slot = raw::proc2_timer_valid(timer).then(|| Timer {
                id: (*timer).it_id,
                signal: raw::proc2_timer_signo(timer),
                value: raw::proc2_timer_value(timer) as u64,
                notify: (*timer).it_sigev_notify,
                target: (*timer)
                    .__bindgen_anon_1
                    .it_pid
                    .cast::<Pid>()
                    .as_ref()
                    .map_or(0, |pid| pid.nr_ns(ns)),
                clock: (*timer).it_clock,
            });
            raw::proc2_timer_unlock(timer);
            filled += 1;
            timer = raw::proc2_next_timer(timer);
        }
    }
    filled
}
