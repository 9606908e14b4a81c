// SPDX-License-Identifier: GPL-2.0

//! How long a cgroup's tasks may run, on all CPUs together.
//!
//! The kernel's own readers of that stand in the table of files of cgroup v1, and read any
//! scheduler's.
//!
//! C source: `cpu_quota_read_s64()` of [`kernel/sched/core.c`](srctree/kernel/sched/core.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        state::State, //
    },
    raw, //
};
use kernel::prelude::*;

/// The file `name` of the controller's, if it has one.
fn file(name: &CStr) -> Option<*mut raw::cftype> {
    // SAFETY: The controller is a static of the kernel; its table ends with an empty name, and each
    // name with a NUL.
    unsafe {
        let mut file = (&raw const raw::cpu_cgrp_subsys.legacy_cftypes).read();
        while !file.is_null() && (*file).name[0] != 0 {
            if CStr::from_char_ptr((&raw const (*file).name).cast()) == name {
                return Some(file);
            }
            file = file.add(1);
        }
    }
    None
}

/// Tells `each` the quota and the period, in microseconds, of the cgroup and of those above it; a
/// quota below 0 is none.
pub(crate) fn on_path(cgroup: &Cgroup, mut each: impl FnMut(i64, u64)) {
    let (Some(quota), Some(period)) = (file(c"cfs_quota_us"), file(c"cfs_period_us")) else {
        return;
    };
    // SAFETY: The controller is a static of the kernel.
    let state = unsafe { State::of(cgroup, &raw mut raw::cpu_cgrp_subsys) };
    for state in state.iter().flat_map(State::path) {
        // SAFETY: The state is valid, and the controller's; the files are in its table, whose
        // readers look at nothing but the state.
        unsafe {
            if let (Some(read_quota), Some(read_period)) = ((*quota).read_s64, (*period).read_u64) {
                each(read_quota(state, quota), read_period(state, period));
            }
        }
    }
}
