// SPDX-License-Identifier: GPL-2.0

//! What is procfs's own, or has only proc2 to use it: instances, inodes with a `struct proc_inode`
//! around them, the ways in which its files are read, and the kernel's registry of entries.
//! Everything else in `rust-bindings/` could go into the kernel crate.

#[cfg(CONFIG_CGROUPS)]
pub(crate) mod cpuinfo;
pub(crate) mod decide;
pub(crate) mod filter;
pub(crate) mod filtered;
pub(crate) mod fs_context;
pub(crate) mod fs_type;
#[cfg(CONFIG_USER_NS)]
pub(crate) mod id_map;
pub(crate) mod inode_cache;
pub(crate) mod kernel_files;
#[cfg(CONFIG_CGROUPS)]
pub(crate) mod meminfo;
pub(crate) mod mount_table;
pub(crate) mod new_inode;
#[cfg(all(CONFIG_CGROUPS, CONFIG_PSI))]
pub(crate) mod pressure_file;
mod probe;
pub(crate) mod proc_inode;
pub(crate) mod procmap_query;
pub(crate) mod random;
pub(crate) mod record;
pub(crate) mod record_state;
pub(crate) mod registry;
pub(crate) mod rows;
pub(crate) mod seq_record;
#[cfg(CONFIG_USER_NS)]
pub(crate) mod setgroups;
pub(crate) mod super_ops;
mod sys;
pub(crate) mod view_file;
pub(crate) mod vma_seq;
