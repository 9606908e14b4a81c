// SPDX-License-Identifier: GPL-2.0

//! Kernel threads, as tasks to look at.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::ptr::NonNull;
use kernel::{
    bindings,
    error::from_err_ptr,
    prelude::*, //
};

/// How long to wait for what another task or a worker has to do, in milliseconds.
const PATIENCE: usize = 5000;

/// A thread that does nothing. When this is dropped it has ended and been reaped.
///
/// # Invariants
///
/// The task is a kernel thread that ends only when it is told to, and the pid is its own, with a
/// count that is ours.
pub(crate) struct Thread {
    task: NonNull<bindings::task_struct>,
    pid: NonNull<bindings::pid>,
}

impl Thread {
    /// Starts one.
    pub(crate) fn start() -> Result<Self> {
        let any_node = bindings::NUMA_NO_NODE;
        // SAFETY: `idle` does not use its argument; the name has no format in it.
        let task = from_err_ptr(unsafe {
            let name = c"proc2_kunit".as_char_ptr();
            bindings::kthread_create_on_node(Some(idle), core::ptr::null_mut(), any_node, name)
        })?;
        // SAFETY: The thread waits to be started, and then to be stopped, so it is alive. A task
        // that is alive has a pid.
        // INVARIANT: `idle` ends when the thread is told to. get_task_pid() counts.
        unsafe {
            let pid = bindings::get_task_pid(task, bindings::pid_type_PIDTYPE_PID);
            bindings::wake_up_process(task);
            Ok(Self {
                task: NonNull::new_unchecked(task),
                pid: NonNull::new_unchecked(pid),
            })
        }
    }

    /// Its number in the initial pid namespace.
    pub(crate) fn pid(&self) -> u32 {
        // SAFETY: By the type invariants the task is alive, and its number does not change.
        unsafe { (*self.task.as_ptr()).pid as u32 }
    }

    fn is_reaped(&self) -> bool {
        // SAFETY: By the type invariants the pid is live; a task comes with a count.
        unsafe {
            let task = bindings::get_pid_task(self.pid.as_ptr(), bindings::pid_type_PIDTYPE_PID);
            if task.is_null() {
                return true;
            }
            bindings::put_task_struct(task);
        }
        false
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // SAFETY: By the type invariants the thread is alive until now.
        unsafe { bindings::kthread_stop(self.task.as_ptr()) };
        if !wait_until(|| self.is_reaped()) {
            pr_err!("the thread that was stopped does not go\n");
        }
        // SAFETY: By the type invariants the count is ours to give back.
        unsafe { bindings::put_pid(self.pid.as_ptr()) };
    }
}

/// The number of the task that is running, in the initial pid namespace.
pub(crate) fn current_pid() -> u32 {
    // SAFETY: The current task is alive.
    unsafe { (*bindings::get_current()).pid as u32 }
}

/// Waits until something holds that others bring about; says whether it came to hold.
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..PATIENCE {
        if holds() {
            return true;
        }
        // SAFETY: Tests may sleep.
        unsafe { bindings::msleep(1) };
    }
    holds()
}

/// What the threads do.
///
/// # Safety
///
/// May only be called by kthread_create_on_node(), in the thread that it makes.
unsafe extern "C" fn idle(_data: *mut c_void) -> c_int {
    /// Being stopped wakes the thread up, but not if it is just about to go to sleep.
    const AT_MOST: c_long = 10;

    // SAFETY: By the safety requirement this is a kernel thread, where both may be called.
    unsafe {
        while !bindings::kthread_should_stop() {
            bindings::schedule_timeout_interruptible(AT_MOST);
        }
    }
    0
}
