// SPDX-License-Identifier: GPL-2.0

//! Descriptors that wait for something: events, timers, signals, and what happens to files.

use std::ffi::c_int;
use std::{mem, ptr};

use anyhow::{ensure, Result};

use crate::{errno, kernel};

use super::new;

/// What is waited for: events, timers, signals, and who waits.
pub(super) fn waiters() -> Result<Vec<c_int>> {
    // SAFETY: each call takes numbers, or pointers to locals that outlive it.
    unsafe {
        let event = new("eventfd", libc::eventfd(0x1234_5678, 0))?;
        let counter = new(
            "eventfd",
            libc::eventfd(3, libc::EFD_SEMAPHORE | libc::EFD_CLOEXEC),
        )?;
        let armed = new("timerfd", libc::timerfd_create(libc::CLOCK_BOOTTIME, 0))?;
        let times = libc::itimerspec {
            it_interval: libc::timespec {
                tv_sec: 7,
                tv_nsec: 9,
            },
            // Of the clock itself: what is left of it does not move once it is past.
            it_value: libc::timespec {
                tv_sec: 0,
                tv_nsec: 1,
            },
        };
        let idle = new(
            "timerfd",
            libc::timerfd_create(libc::CLOCK_REALTIME, libc::TFD_NONBLOCK),
        )?;
        let once = libc::itimerspec {
            it_interval: mem::zeroed(),
            ..times
        };
        libc::timerfd_settime(armed, libc::TFD_TIMER_ABSTIME, &once, ptr::null_mut());
        let mut signals = mem::zeroed();
        libc::sigemptyset(&mut signals);
        for signal in [libc::SIGUSR2, libc::SIGRTMIN() + 5, 64] {
            libc::sigaddset(&mut signals, signal);
        }
        let signal = new("signalfd", libc::signalfd(-1, &signals, libc::SFD_CLOEXEC))?;
        let epoll = new("epoll", libc::epoll_create1(0))?;
        for (fd, events) in [(event, 0x1), (armed, 0x8000_0001), (signal, 0x4000_0005)] {
            let mut wanted = libc::epoll_event {
                events,
                u64: 0xdead_beef,
            };
            let added = libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &mut wanted);
            ensure!(added == 0, "epoll_ctl: {}", errno::last());
        }
        let mut ends = [0; 2];
        let made = libc::pipe2(ends.as_mut_ptr(), libc::O_DIRECT);
        ensure!(made == 0, "pipe2: {}", errno::last());
        let mut all = vec![event, counter, armed, idle, signal, epoll, ends[0], ends[1]];
        if kernel::has("CONFIG_IO_URING", "descriptors of io_uring")? {
            // struct io_uring_params has 120 bytes.
            let mut parameters = [0u64; 15];
            let ring = libc::syscall(libc::SYS_io_uring_setup, 4, parameters.as_mut_ptr());
            all.push(new("io_uring_setup", ring)?);
        }
        Ok(all)
    }
}

/// What watches files: inotify and fanotify with marks, userfaultfd with nothing to watch.
pub(super) fn watchers() -> Result<Vec<c_int>> {
    let mut all = Vec::new();
    if kernel::has("CONFIG_INOTIFY_USER", "descriptors of inotify")? {
        all.push(inotify()?);
    }
    if kernel::has("CONFIG_FANOTIFY", "descriptors of fanotify")? {
        all.push(fanotify()?);
    }
    if kernel::has("CONFIG_USERFAULTFD", "descriptors of userfaultfd")? {
        // SAFETY: numbers only.
        let fault = unsafe { libc::syscall(libc::SYS_userfaultfd, libc::O_NONBLOCK) };
        all.push(new("userfaultfd", fault)?);
    }
    Ok(all)
}

fn inotify() -> Result<c_int> {
    // SAFETY: each call takes numbers and static strings.
    unsafe {
        let inotify = new("inotify_init1", libc::inotify_init1(libc::IN_NONBLOCK))?;
        for (path, mask) in [
            (c"/tmp", libc::IN_ALL_EVENTS),
            (c"/dev/null", libc::IN_OPEN),
        ] {
            let watch = libc::inotify_add_watch(inotify, path.as_ptr(), mask);
            new("inotify_add_watch", watch)?;
        }
        Ok(inotify)
    }
}

fn fanotify() -> Result<c_int> {
    let class = libc::FAN_CLASS_NOTIF | libc::FAN_CLOEXEC;
    // SAFETY: each call takes numbers and static strings.
    unsafe {
        let fanotify = libc::fanotify_init(class, libc::O_RDONLY as u32);
        let fanotify = new("fanotify_init", fanotify)?;
        for (kind, path) in [
            (libc::FAN_MARK_ADD, c"/dev/zero"),
            (libc::FAN_MARK_MOUNT, c"/dev"),
        ] {
            let flags = libc::FAN_MARK_ADD | kind;
            let mask = libc::FAN_OPEN | libc::FAN_CLOSE_WRITE;
            let marked = libc::fanotify_mark(fanotify, flags, mask, libc::AT_FDCWD, path.as_ptr());
            ensure!(marked == 0, "fanotify_mark {path:?}: {}", errno::last());
        }
        Ok(fanotify)
    }
}
