// SPDX-License-Identifier: GPL-2.0

//! The root directory: tasks, `self`, `thread-self`, what proc2 alone has, and the kernel's
//! registry of everything else.
//!
//! Mirrors [`fs/proc/root.c`](srctree/fs/proc/root.c),
//! [`fs/proc/self.c`](srctree/fs/proc/self.c) and `proc_pid_lookup()` and `proc_pid_readdir()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::rust_bindings::procfs::{
    new_inode::NewInode,
    super_ops::NewSuperBlock, //
};
use kernel::prelude::*;

mod dir;
#[cfg(not(CONFIG_CGROUPS))]
pub(crate) mod no_view;
mod proc2_dir;
mod rows;
mod self_link;
mod tasks;
#[cfg(CONFIG_CGROUPS)]
pub(crate) mod view;
#[cfg(not(CONFIG_CGROUPS))]
pub(crate) use no_view as view;

/// The root's inode number, which programs take for the sign of a procfs.
const ROOT_INO: u64 = 1;

/// Fills a new instance: its root, and the links that are always there.
///
/// # Errors
///
/// `ENOMEM`.
pub(crate) fn fill(sb: &NewSuperBlock<'_>) -> Result {
    let root = NewInode::new(sb.super_block())?
        .ino(ROOT_INO)
        .mode(0o040_555)
        .nlink(2)
        .ops(dir::INODE_OPS)
        .file_ops(dir::FILE_OPS);
    sb.set_root(root)?;
    for link in &self_link::LINKS {
        sb.add_persistent(link.name, link.inode(sb.super_block())?)?;
    }
    Ok(())
}
