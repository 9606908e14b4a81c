// SPDX-License-Identifier: GPL-2.0

//! Tasks by the thousand: processes that share their parent's memory, so that one costs little, and
//! that only wait to be let go.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use rustix::io::Errno;
use rustix::process::{waitpid, Pid, WaitOptions};
use rustix::thread::futex;

/// Enough for one system call.
const STACK: usize = 4096;

/// Some tasks that wait. They end, and are reaped, when this is dropped.
pub struct LightTasks {
    pids: Vec<Pid>,
    // On the heap, where the tasks find them whatever becomes of this.
    gate: Box<AtomicU32>,
    _stacks: Vec<Box<[u128; STACK / 16]>>,
}

impl LightTasks {
    /// Makes `count` tasks.
    pub fn new(count: usize) -> Result<Self> {
        let mut light_tasks = Self {
            pids: Vec::with_capacity(count),
            gate: Box::new(AtomicU32::new(0)),
            _stacks: Vec::with_capacity(count),
        };
        let flags = libc::CLONE_VM | libc::CLONE_FS | libc::CLONE_FILES | libc::SIGCHLD;
        for _ in 0..count {
            let mut stack = Box::new([0u128; STACK / 16]);
            let top = stack.as_mut_ptr_range().end.cast::<c_void>();
            light_tasks._stacks.push(stack);
            let gate: *const AtomicU32 = &*light_tasks.gate;
            // SAFETY: the stack and the gate live until the task is reaped, which `drop` waits for.
            // The task runs `wait`, which makes system calls alone: it touches nothing else of the
            // memory that it shares, thread-local storage included.
            let pid = unsafe { libc::clone(wait, top, flags, gate.cast_mut().cast()) };
            if pid < 0 {
                return Err(std::io::Error::last_os_error()).context("clone");
            }
            light_tasks.pids.extend(Pid::from_raw(pid));
        }
        Ok(light_tasks)
    }

    /// Their process ids.
    pub fn pids(&self) -> impl Iterator<Item = i32> + '_ {
        self.pids.iter().map(|pid| pid.as_raw_nonzero().get())
    }
}

impl Drop for LightTasks {
    fn drop(&mut self) {
        self.gate.store(1, Ordering::SeqCst);
        let _ = futex::wake(&self.gate, futex::Flags::PRIVATE, u32::MAX >> 1);
        for pid in &self.pids {
            // Only a task that is gone may lose its stack.
            while matches!(waitpid(Some(*pid), WaitOptions::empty()), Err(Errno::INTR)) {}
        }
    }
}

extern "C" fn wait(gate: *mut c_void) -> c_int {
    // SAFETY: `LightTasks::new` passes the address of a gate that outlives the task.
    let gate = unsafe { &*gate.cast::<AtomicU32>() };
    while gate.load(Ordering::SeqCst) == 0 {
        // rustix makes the call without libc, whose errno belongs to the parent.
        let _ = futex::wait(gate, futex::Flags::PRIVATE, 0, None);
    }
    0
}
