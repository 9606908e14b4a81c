// SPDX-License-Identifier: GPL-2.0

//! An inode that is on its pid's list can't be changed any more, and can't get there again.

use crate::rust_bindings::{
    procfs::new_inode::NewInode,
    vfs::dentry::{
        DentryOps,
        Found,
        Lookup, //
    }, //
};
use kernel::prelude::*;

fn twice(
    dir: NewInode,
    first: Lookup<'_>,
    second: Lookup<'_>,
    ops: &'static DentryOps,
) -> Result<Found> {
    dir.splice_task_dir(first, ops)?;
    dir.mode(0o100_444).splice_task_dir(second, ops) //~ E0382
}
