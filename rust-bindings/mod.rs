// SPDX-License-Identifier: GPL-2.0

//! The only home of `unsafe` and of raw bindings: one file per kernel concept, each a small safe wrapper.
//!
//! What stands here is written as it would be for the kernel crate: typed, documented, minimal, and free of anything that
//! belongs to proc2 alone. It depends on the kernel crate and on nothing of proc2's.

mod mm_figures;
mod raw;

pub(crate) mod accounting;
#[cfg(CONFIG_AUDIT)]
pub(crate) mod audit;
#[cfg(CONFIG_CGROUPS)]
pub(crate) mod cgroup;
#[cfg(CONFIG_PROC_CHILDREN)]
pub(crate) mod children;
pub(crate) mod cred;
pub(crate) mod dentry;
pub(crate) mod dir;
pub(crate) mod file;
pub(crate) mod files;
pub(crate) mod fs_context;
#[cfg(CONFIG_USER_NS)]
pub(crate) mod id_map;
pub(crate) mod inode;
pub(crate) mod inode_cache;
pub(crate) mod inode_ops;
pub(crate) mod kernel_files;
pub(crate) mod link;
#[cfg(CONFIG_SECURITY)]
pub(crate) mod lsm;
pub(crate) mod mm;
pub(crate) mod mm_file;
pub(crate) mod ns;
pub(crate) mod oom;
pub(crate) mod opener;
pub(crate) mod pid;
pub(crate) mod pid_walk;
pub(crate) mod procmap_query;
pub(crate) mod random;
pub(crate) mod record;
pub(crate) mod registry;
pub(crate) mod rows;
pub(crate) mod sched;
pub(crate) mod scratch;
pub(crate) mod seq;
#[cfg(any(
    CONFIG_PROC_CHILDREN,
    all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS)
))]
pub(crate) mod seq_iter;
#[cfg(CONFIG_USER_NS)]
pub(crate) mod setgroups;
pub(crate) mod signal;
pub(crate) mod super_block;
#[cfg(any(CONFIG_STACKTRACE, CONFIG_LATENCYTOP))]
pub(crate) mod symbol;
pub(crate) mod task;
pub(crate) mod task_figures;
#[cfg(CONFIG_TIME_NS)]
pub(crate) mod timens;
#[cfg(all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS))]
pub(crate) mod timers;
pub(crate) mod under_rcu;
pub(crate) mod user;
pub(crate) mod vma;
pub(crate) mod vma_lock;
pub(crate) mod vma_seq;
