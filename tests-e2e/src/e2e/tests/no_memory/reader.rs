// SPDX-License-Identifier: GPL-2.0

//! A process that reads a file when it is told to, and needs no memory for that: where it is told,
//! and what it has read, stand in memory that it shares with who tells it.

use std::cell::UnsafeCell;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use proc2_e2e::child::fork_with;
use rustix::io::Errno;
use rustix::mm::{mmap_anonymous, munmap, MapFlags, ProtFlags};
use rustix::process::{
    kill_process, set_parent_process_death_signal, waitpid, Pid, Signal, WaitOptions,
};

/// The most that is read at once.
pub(super) const ROOM: usize = 64 << 10;

/// How long a read may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What both see.
#[repr(C)]
struct Board {
    /// How many reads were asked for, and how many are done.
    asked: AtomicUsize,
    done: AtomicUsize,
    /// How many bytes the next one is of, and where it begins.
    size: AtomicUsize,
    at: AtomicI64,
    /// What the last one gave: bytes, or an errno below zero.
    result: AtomicI64,
    text: UnsafeCell<[u8; ROOM]>,
}

/// The process; killed and reaped when dropped.
pub(super) struct Reader {
    pid: Pid,
    board: *mut Board,
    at: i64,
}

impl Reader {
    /// Starts it; it opens `path` by itself.
    pub(super) fn new(path: &Path) -> Result<Self> {
        // SAFETY: new memory, of which nobody else knows. Zeros are a good board.
        let board = unsafe {
            mmap_anonymous(
                std::ptr::null_mut(),
                size_of::<Board>(),
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
            )?
        }
        .cast::<Board>();
        let pid = fork_with(0, || {
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            match File::open(path) {
                Ok(file) => serve(&file, board),
                Err(error) => error.raw_os_error().unwrap_or(1),
            }
        })?;
        Ok(Self { pid, board, at: 0 })
    }

    pub(super) fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// The next read begins at the beginning.
    pub(super) fn rewind(&mut self) {
        self.at = 0;
    }

    /// Lets it read on, up to so many bytes.
    pub(super) fn read(&mut self, size: usize) -> Result<Vec<u8>, Errno> {
        // SAFETY: the memory lives as long as this value.
        let board = unsafe { &*self.board };
        board.size.store(size.min(ROOM), Ordering::Relaxed);
        board.at.store(self.at, Ordering::Relaxed);
        let number = board.asked.fetch_add(1, Ordering::Release) + 1;
        let begun = Instant::now();
        while board.done.load(Ordering::Acquire) != number {
            if begun.elapsed() > PATIENCE {
                return Err(Errno::TIMEDOUT);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        match board.result.load(Ordering::Relaxed) {
            length @ 0.. => {
                self.at += length;
                // SAFETY: the other process writes it only while it reads.
                let text = unsafe { &*board.text.get() };
                Ok(text[..length as usize].to_vec())
            }
            errno => Err(Errno::from_raw_os_error(-errno as i32)),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = kill_process(self.pid, Signal::KILL);
        let _ = waitpid(Some(self.pid), WaitOptions::empty());
        // SAFETY: the other process is gone, and this value with it.
        let _ = unsafe { munmap(self.board.cast(), size_of::<Board>()) };
    }
}

/// Reads when it is told to, with no memory but what it has touched the first time.
fn serve(file: &File, board: *mut Board) -> ! {
    // SAFETY: the memory lives as long as this process.
    let board = unsafe { &*board };
    let text = board.text.get().cast::<u8>();
    // SAFETY: nobody reads it yet. Each page of it is there from now on.
    unsafe { text.write_bytes(1, ROOM) };
    for number in 1.. {
        while board.asked.load(Ordering::Acquire) != number {
            std::thread::sleep(Duration::from_millis(1));
        }
        let size = board.size.load(Ordering::Relaxed);
        let at = board.at.load(Ordering::Relaxed);
        // SAFETY: the text has room for so many bytes.
        let length = unsafe { libc::pread(file.as_raw_fd(), text.cast(), size, at) };
        let result = match length {
            // SAFETY: the place of errno is this thread's.
            -1 => -i64::from(unsafe { *libc::__errno_location() }),
            length => length as i64,
        };
        board.result.store(result, Ordering::Relaxed);
        board.done.store(number, Ordering::Release);
    }
    unreachable!()
}
