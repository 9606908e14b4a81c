// SPDX-License-Identifier: GPL-2.0

//! The tasks of a cgroup and of all below it, counted.
//!
//! Locks: RCU between cgroups; `css_set_lock` inside the kernel's iterator. Nothing is held between
//! two cgroups but a count of the one.
//!
//! C header: [`include/linux/cgroup.h`](srctree/include/linux/cgroup.h)

use crate::rust_bindings::{
    cgroups::cgroup::Cgroup,
    raw, //
};
use core::ptr;
use kernel::sync::rcu;

/// What tasks do.
#[derive(Clone, Copy, Default)]
pub(crate) struct Activity {
    /// Those that run, or could.
    pub(crate) running: u64,
    /// Those that wait for a disk.
    pub(crate) blocked: u64,
    /// Those that the load average counts: these, and others that wait and cannot be interrupted.
    pub(crate) active: u64,
}

/// So many removed cgroups are passed by under RCU: memory that is charged to one keeps it for as
/// long as it likes, and there is no limit to them.
const PASSED: usize = 64;

/// Calls `each` with the state of the cgroup's own and of those below it, until the current task is
/// killed. Sleeps.
fn each(cgroup: &Cgroup, mut each: impl FnMut(*mut raw::cgroup_subsys_state)) {
    // SAFETY: The cgroup is valid. Each state that the function gives is one of a cgroup in its
    // tree, under RCU until a count of it is had; the one that the search goes on from is counted.
    unsafe {
        let root = &raw mut (*cgroup.as_ptr()).self_;
        let mut last: *mut raw::cgroup_subsys_state = ptr::null_mut();
        loop {
            let (mut passed, mut removed) = (0, false);
            let guard = rcu::read_lock();
            let mut next = raw::css_next_descendant_pre(last, root);
            while !next.is_null() {
                removed = raw::proc2_cgroup_is_dead(next.cast());
                // One that is removed has no tasks, and serves as a place to go on from.
                if (!removed || passed >= PASSED) && raw::proc2_cgroup_tryget(next.cast()) {
                    break;
                }
                passed += 1;
                next = raw::css_next_descendant_pre(next, root);
            }
            drop(guard);
            if !last.is_null() {
                raw::proc2_css_put(last);
            }
            last = next;
            if next.is_null() {
                return;
            }
            if !removed {
                each(next);
            }
            if raw::proc2_current_is_killed() {
                raw::proc2_css_put(next);
                return;
            }
            kernel::task::might_sleep();
        }
    }
}

// A cgroup's own state stands first, and so one is the other.
const _: () = assert!(core::mem::offset_of!(raw::cgroup, self_) == 0);

/// What the tasks do. Costs time for each of them. Sleeps.
pub(crate) fn activity(cgroup: &Cgroup) -> Activity {
    let mut activity = Activity::default();
    each(cgroup, |state| {
        let mut iter = raw::css_task_iter::default();
        // SAFETY: The state is counted. The iterator is ours, used in this order, and ended; it
        // keeps each task until the next one.
        unsafe {
            raw::css_task_iter_start(state, 0, &mut iter);
            loop {
                let task = raw::css_task_iter_next(&mut iter);
                if task.is_null() {
                    break;
                }
                activity.active += u64::from(raw::proc2_task_contributes_to_load(task));
                activity.running += u64::from(raw::proc2_task_is_running(task));
                activity.blocked += u64::from(raw::proc2_task_in_iowait(task));
            }
            raw::css_task_iter_end(&mut iter);
        }
    });
    activity
}

/// How many there are. Sleeps.
pub(crate) fn threads(cgroup: &Cgroup) -> u64 {
    let mut threads = 0;
    each(cgroup, |state| {
        // SAFETY: The state is counted, and a cgroup's own.
        let count = unsafe { raw::cgroup_task_count(state.cast()) };
        threads += u64::try_from(count).unwrap_or(0);
    });
    threads
}

/// The last pid that was given in the current task's pid namespace.
pub(crate) fn last_pid() -> i64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_last_pid().into() }
}
