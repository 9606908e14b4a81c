// SPDX-License-Identifier: GPL-2.0

//! A target with POSIX timers of each kind, none of which ends while the test runs.

use std::{mem, ptr};

use anyhow::{ensure, Result};

use crate::caller::{become_user, USER};
use crate::child::Sleeper;
use crate::errno;

/// A process of the user's with timers by clock, by way of telling, armed and not.
pub fn timers() -> Result<Sleeper> {
    const SIGEV_THREAD_ID: i32 = 4;
    Sleeper::new(|| {
        for (clock, notify, signal) in [
            (libc::CLOCK_REALTIME, libc::SIGEV_SIGNAL, libc::SIGALRM),
            (libc::CLOCK_MONOTONIC, libc::SIGEV_NONE, 0),
            (libc::CLOCK_BOOTTIME, SIGEV_THREAD_ID, libc::SIGRTMIN() + 2),
            (
                libc::CLOCK_PROCESS_CPUTIME_ID,
                libc::SIGEV_SIGNAL,
                libc::SIGUSR2,
            ),
            (libc::CLOCK_TAI, libc::SIGEV_SIGNAL, 64),
        ] {
            // SAFETY: plain numbers, for which zero is good; they live through the calls.
            unsafe {
                let mut event: libc::sigevent = mem::zeroed();
                event.sigev_notify = notify;
                event.sigev_signo = signal;
                event.sigev_notify_thread_id = libc::gettid();
                event.sigev_value.sival_ptr = ptr::without_provenance_mut(0xfeed_f00d);
                // Not libc's timer_create(), which gives SIGEV_THREAD_ID and others a thread.
                let mut id = 0;
                let made = libc::syscall(libc::SYS_timer_create, clock, &mut event, &mut id);
                ensure!(made == 0, "timer_create {clock}: {}", errno::last());
                let times = libc::itimerspec {
                    it_interval: libc::timespec {
                        tv_sec: 3,
                        tv_nsec: 0,
                    },
                    it_value: libc::timespec {
                        tv_sec: 100_000,
                        tv_nsec: 1,
                    },
                };
                if id % 2 == 0 {
                    let none: *const libc::itimerspec = ptr::null();
                    let armed = libc::syscall(libc::SYS_timer_settime, id, 0, &times, none);
                    ensure!(armed == 0, "timer_settime: {}", errno::last());
                }
            }
        }
        // SAFETY: numbers only.
        unsafe { libc::alarm(90_000) };
        become_user(USER)
    })
}
