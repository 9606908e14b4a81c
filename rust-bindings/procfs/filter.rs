// SPDX-License-Identifier: GPL-2.0

//! Listings that the kernel's own code makes, with some of the names left out.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct dir_context`

use crate::rust_bindings::{
    raw,
    vfs::dir::{
        DirEmitter,
        DirType, //
    }, //
};
use kernel::{
    error::to_result,
    ffi::{
        c_char,
        c_int,
        c_uint, //
    },
    prelude::*, //
};

/// A name that the kernel's code would list.
pub(crate) struct Listed<'a> {
    /// The name.
    pub(crate) name: &'a [u8],
    /// The inode number.
    pub(crate) ino: u64,
    /// Whether it is a directory.
    pub(crate) is_dir: bool,
}

/// A reader's context that passes on only what it does not leave out. The kernel's code knows the
/// first field of it.
#[repr(C)]
struct Filter<F> {
    ctx: raw::dir_context,
    reader: *mut raw::dir_context,
    number: F,
}

/// The actor of a [`Filter`].
///
/// # Safety
///
/// `ctx` must be the context of a `Filter<F>` that nobody else uses, whose reader is valid, and
/// `name` have `len` bytes.
unsafe extern "C" fn pass_on<F: Fn(Listed<'_>) -> Option<u64>>(
    ctx: *mut raw::dir_context,
    name: *const c_char,
    len: c_int,
    pos: raw::loff_t,
    ino: u64,
    kind: c_uint,
) -> bool {
    // SAFETY: The caller promises all of it; the reader's own actor is what its context was made
    // with.
    unsafe {
        let filter = ctx.cast::<Filter<F>>();
        let listed = Listed {
            name: core::slice::from_raw_parts(name.cast::<u8>(), len as usize),
            ino,
            is_dir: DirType::is_dir(kind),
        };
        let Some(ino) = ((*filter).number)(listed) else {
            return true;
        };
        let reader = (*filter).reader;
        match (*reader).actor {
            Some(actor) => actor(reader, name, len, pos, ino, kind),
            None => false,
        }
    }
}

/// Runs `list`, a listing function of the kernel's, from the reader's position on. `number` says
/// under which inode number a name is emitted, or that it is left out; what is left out keeps its
/// position. `.` and `..` have been emitted before.
///
/// Gives what `list` returns.
///
/// # Errors
///
/// Those of `list`.
///
/// # Safety
///
/// `list` must do with the file and the context that it is given, which are valid for the call,
/// no more than emit entries and move the position.
pub(in crate::rust_bindings) unsafe fn list<F>(
    emitter: &mut DirEmitter<'_>,
    number: F,
    list: impl FnOnce(*mut raw::file, *mut raw::dir_context) -> c_int,
) -> Result<c_int>
where
    F: Fn(Listed<'_>) -> Option<u64>,
{
    let pos = emitter.pos();
    let (file, reader) = emitter.as_raw();
    let mut filter = Filter {
        // SAFETY: The reader's context is valid for this call, and read as a whole.
        ctx: unsafe { reader.read() },
        reader,
        number,
    };
    filter.ctx.actor = Some(pass_on::<F>);
    filter.ctx.pos = pos;
    // The pointer is made of the whole filter, which the actor comes back to.
    let res = list(file, (&raw mut filter).cast::<raw::dir_context>());
    emitter.set_pos(filter.ctx.pos);
    to_result(res)?;
    Ok(res)
}
