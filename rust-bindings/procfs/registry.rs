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
    ffi::{
        c_char,
        c_int,
        c_uint, //
    },
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

/// A reader's context that passes on only what it does not leave out. The kernel's code knows the first field of it.
#[repr(C)]
struct Filter<F> {
    ctx: raw::dir_context,
    reader: *mut raw::dir_context,
    leave_out: F,
}

/// The actor of a [`Filter`].
///
/// # Safety
///
/// `ctx` must be the context of a `Filter<F>` that nobody else uses, whose reader is valid, and `name` have `len` bytes.
unsafe extern "C" fn pass_on<F: Fn(&[u8]) -> bool>(
    ctx: *mut raw::dir_context,
    name: *const c_char,
    len: c_int,
    pos: raw::loff_t,
    ino: u64,
    kind: c_uint,
) -> bool {
    // SAFETY: The caller promises all of it; the reader's own actor is what its context was made with.
    unsafe {
        let filter = ctx.cast::<Filter<F>>();
        let bytes = core::slice::from_raw_parts(name.cast::<u8>(), len as usize);
        if ((*filter).leave_out)(bytes) {
            return true;
        }
        let reader = (*filter).reader;
        match (*reader).actor {
            Some(actor) => actor(reader, name, len, pos, ino, kind),
            None => false,
        }
    }
}

/// Emits the registry's entries at the root, `.` and `..` included, from the reader's position on, without those whose names are to
/// be left out; they keep their positions.
///
/// False if the reader takes no more.
///
/// # Errors
///
/// Those of `proc_readdir_de()`.
pub(crate) fn readdir<F>(emitter: &mut DirEmitter<'_>, leave_out: F) -> Result<bool>
where
    F: Fn(&[u8]) -> bool,
{
    let pos = emitter.pos();
    let (file, reader) = emitter.as_raw();
    let mut filter = Filter {
        // SAFETY: The reader's context is valid for this call, and read as a whole.
        ctx: unsafe { reader.read() },
        reader,
        leave_out,
    };
    filter.ctx.actor = Some(pass_on::<F>);
    filter.ctx.pos = pos;
    // SAFETY: All are valid for this call, and the actor is that of the filter; see also `lookup()`. The pointer is made of the whole
    // filter, which the actor comes back to.
    let res = unsafe {
        let ctx = (&raw mut filter).cast::<raw::dir_context>();
        raw::proc_readdir_de(file, ctx, &raw mut raw::proc_root)
    };
    emitter.set_pos(filter.ctx.pos);
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
