// SPDX-License-Identifier: GPL-2.0

//! The slab of inodes belongs to the registration: another one could not be dropped while inodes of
//! the first are in use.

use crate::rust_bindings::procfs::inode_cache::InodeCache;
use kernel::prelude::*;

fn another() -> Result {
    drop(InodeCache::new(c"another")?); //~ E0624
    Ok(())
}
