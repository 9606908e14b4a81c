// SPDX-License-Identifier: GPL-2.0

//! The kernel's registry of entries that are not tasks: `meminfo`, `sys/`, `net/`, and what drivers register.
//!
//! Its own lookup and directory functions make inodes on whatever superblock they are asked on; below the root they run by
//! themselves. Locks: each takes `proc_subdir_lock` for reading and drops it before it emits an entry.
//!
//! C source: [`fs/proc/generic.c`](srctree/fs/proc/generic.c)

use crate::rust_bindings::{
    raw,
    vfs::{
        dentry::{
            Found,
            Lookup, //
        },
        dir::DirEmitter,
        inode::Inode, //
    }, //
};
use kernel::{
    error::from_err_ptr,
    prelude::*, //
};

/// Looks a name up among the registry's entries at the root.
///
/// # Errors
///
/// `ENOENT`, `ENOMEM`.
pub(crate) fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
    // SAFETY: Both are valid and on a superblock whose inodes embed `struct proc_inode` and which has no default dentry
    // operations; `proc_root` is the registry's root, a static of the kernel.
    from_err_ptr(unsafe {
        raw::proc_lookup_de(dir.as_ptr(), dentry.as_ptr(), &raw mut raw::proc_root)
    })
    .map(Found)
}

/// Emits the registry's entries at the root, `.` and `..` included, from the reader's position on.
///
/// False if the reader takes no more.
///
/// # Errors
///
/// Those of `proc_readdir_de()`.
pub(crate) fn readdir(emitter: &mut DirEmitter<'_>) -> Result<bool> {
    let (file, ctx) = emitter.as_raw();
    // SAFETY: Both are valid for this call; see also `lookup()`.
    let res = unsafe { raw::proc_readdir_de(file, ctx, &raw mut raw::proc_root) };
    kernel::error::to_result(res)?;
    Ok(res > 0)
}

/// The number of links that the registry's root counts, tasks not included.
pub(crate) fn nlink() -> u32 {
    // SAFETY: One word of a static of the kernel, read in one load as `proc_root_getattr()` reads it.
    unsafe { (&raw const raw::proc_root.nlink).read_volatile() }
}

/// The number of processes of the system.
pub(crate) fn nr_processes() -> u32 {
    // SAFETY: The function has no precondition.
    unsafe { raw::nr_processes() as u32 }
}
