// SPDX-License-Identifier: GPL-2.0

//! The VFS: superblocks, inodes, dentries, files, links, seq_file, and the caller's memory.

pub(crate) mod dentry;
pub(crate) mod dir;
pub(crate) mod file;
pub(crate) mod file_operations;
pub(crate) mod file_table;
pub(crate) mod inode;
pub(crate) mod inode_ops;
pub(crate) mod link;
pub(crate) mod mount;
pub(crate) mod open_file;
pub(crate) mod private_data;
pub(crate) mod rcu_box;
pub(crate) mod seek;
pub(crate) mod seq;
#[cfg(any(
    CONFIG_PROC_CHILDREN,
    all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS)
))]
pub(crate) mod seq_iter;
pub(crate) mod seq_open;
pub(crate) mod super_block;
pub(crate) mod under_rcu;
pub(crate) mod user;
