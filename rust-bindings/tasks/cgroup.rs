// SPDX-License-Identifier: GPL-2.0

//! Where a task is in the default hierarchy of cgroups.
//!
//! Locks: RCU around everything. Nothing sleeps: `cgroup_path_ns()`, which waits for `cgroup_mutex`, is not used; the path of
//! a cgroup of the default hierarchy never changes, and neither does the root of a cgroup namespace.
//!
//! C headers: [`include/linux/cgroup.h`](srctree/include/linux/cgroup.h),
//! [`include/linux/kernfs.h`](srctree/include/linux/kernfs.h)

use crate::rust_bindings::raw;
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task,
    types::Opaque, //
};

/// The kernel's `struct cgroup`, of the default hierarchy.
#[repr(transparent)]
pub(crate) struct Cgroup(Opaque<raw::cgroup>);

impl Cgroup {
    /// The cgroup that `task` is in; after its end, the last one.
    pub(crate) fn of<'rcu>(task: &Task, _rcu: &'rcu rcu::Guard) -> &'rcu Self {
        // SAFETY: The task is valid. RCU keeps its set of cgroups and those; the type is transparent.
        unsafe { &*raw::proc2_task_dfl_cgroup(task.as_ptr()).cast() }
    }

    /// The number that no other cgroup has until the next boot.
    pub(crate) fn id(&self) -> u64 {
        // SAFETY: `self` is valid.
        unsafe { raw::proc2_cgroup_id(self.0.get()) }
    }

    /// Whether it has been removed.
    pub(crate) fn is_dead(&self) -> bool {
        // SAFETY: `self` is valid.
        unsafe { raw::proc2_cgroup_is_dead(self.0.get()) }
    }

    /// Writes its path, as the current task's cgroup namespace names it, into `buf` and returns its length.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` if it does not fit.
    pub(crate) fn path(&self, buf: &mut [u8]) -> Result<usize> {
        // SAFETY: `self` is valid and pins its node. The current task pins its cgroup namespace, and that the cgroup that is its
        // root. The function writes at most the length given.
        let len = unsafe {
            raw::kernfs_path_from_node(
                raw::proc2_cgroup_node(self.0.get()),
                raw::proc2_current_cgroup_root(),
                buf.as_mut_ptr().cast(),
                buf.len(),
            )
        };
        usize::try_from(len).map_err(|_| ENAMETOOLONG)
    }
}
