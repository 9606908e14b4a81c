// SPDX-License-Identifier: GPL-2.0

//! The children of a task.
//!
//! Locks: `tasklist_lock` for reading around each step; nothing sleeps under it.
//!
//! C header: [`include/linux/sched.h`](srctree/include/linux/sched.h)

use crate::rust_bindings::{
    raw,
    tasks::pid::Pid, //
};
use core::ptr::NonNull;
use kernel::{
    sync::aref::ARef,
    task::Task, //
};

struct TaskList;

impl TaskList {
    fn lock() -> Self {
        // SAFETY: The lock is a static of the kernel.
        unsafe { raw::proc2_tasklist_read_lock() };
        Self
    }
}

impl Drop for TaskList {
    fn drop(&mut self) {
        // SAFETY: The lock is held.
        unsafe { raw::proc2_tasklist_read_unlock() };
    }
}

fn identity(child: *mut raw::task_struct) -> Option<ARef<Pid>> {
    // SAFETY: The caller holds the lock that keeps the child, and a child on the list has its pid; the count is the result's.
    unsafe {
        let pid = raw::proc2_get_pid(raw::proc2_task_pid(NonNull::new(child)?.as_ptr()));
        NonNull::new(pid.cast()).map(|pid| ARef::from_raw(pid))
    }
}

/// The child of `parent` at `index`, or the one after `previous` if that is still its child. A task that is reaped has none: they
/// were given to another before.
pub(crate) fn child_of(parent: &Task, previous: Option<&Pid>, index: u64) -> Option<ARef<Pid>> {
    let _lock = TaskList::lock();
    let parent = parent.as_ptr();
    // SAFETY: The parent is valid. The lock keeps tasks and the lists that they are on.
    unsafe {
        if let Some(previous) = previous {
            let previous = raw::pid_task(previous.as_ptr(), raw::pid_type_PIDTYPE_PID);
            if !previous.is_null() && raw::proc2_is_child(previous, parent) {
                return identity(raw::proc2_next_sibling(previous, parent));
            }
        }
        let mut child = raw::proc2_first_child(parent);
        for _ in 0..index {
            if child.is_null() {
                break;
            }
            child = raw::proc2_next_sibling(child, parent);
        }
        identity(child)
    }
}
