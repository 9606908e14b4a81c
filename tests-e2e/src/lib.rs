// SPDX-License-Identifier: GPL-2.0

//! What the tests and the demonstration share: mounts, child processes, callers, targets, and the
//! comparison of two mounted trees.
//!
//! The tests compare an instance of the type under test with one of the kernel's own `proc`,
//! mounted with the same options, as seen by the same caller. `PROC2_FSTYPE=proc` compares procfs
//! with itself, which shows what the suite by itself gets wrong.

pub mod arch;
pub mod caller;
pub mod cells;
pub mod cgroup_model;
pub mod cgroups;
pub mod cgroups_v1;
pub mod child;
pub mod compare;
pub mod dirent;
pub mod entries;
pub mod errno;
pub mod harness;
pub mod kernel;
pub mod lxcfs;
pub mod module;
pub mod mount;
pub mod patience;
pub mod probe;
pub mod scene;
pub mod session;
pub mod snapshot;
pub mod statmount;
pub mod storm;
pub mod sweep;
pub mod target;
pub mod target_decorated;
pub mod target_exec;
pub mod target_files;
pub mod target_kinds;
pub mod target_memory;
pub mod target_names;
pub mod target_namespaces;
pub mod target_seccomp;
pub mod target_timers;
pub mod task_files;
pub mod view_files;

use std::env;

/// The entry of the root that proc2 has on purpose and procfs has not: comparisons of the root
/// leave it out. (It has tests of its own: `differences.rs`, `tasks.rs`.)
pub const OWN_ENTRY: &str = ".proc2";

/// The type under test.
pub fn fstype() -> String {
    env::var("PROC2_FSTYPE").unwrap_or_else(|_| "proc2".into())
}

/// Whether the type under test is procfs itself, so that no difference is expected.
pub fn is_procfs() -> bool {
    fstype() == "proc"
}
