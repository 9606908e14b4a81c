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
    /// So many names that are shown are behind the reader already.
    skipped: i64,
    /// The position of the next name that is shown.
    shown: i64,
}

/// Where a listing goes on.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// What the reader sees: the number of names before it that are shown, and 2.
    shown: i64,
    /// What the kernel's function calls it.
    kernel: i64,
}

impl Place {
    /// The place that a reader at `pos` is at, if the last call has left `cookie`; 0 is none.
    pub(crate) fn of(pos: i64, cookie: u64) -> Self {
        let (shown, kernel) = ((cookie >> 32) as i64, (cookie & u64::from(u32::MAX)) as i64);
        if cookie != 0 && shown == pos {
            Self { shown, kernel }
        } else {
            Self {
                shown: pos,
                kernel: FIRST,
            }
        }
    }

    /// What is to be left for the next call.
    pub(crate) fn cookie(self) -> u64 {
        match (u32::try_from(self.shown), u32::try_from(self.kernel)) {
            (Ok(shown), Ok(kernel)) => (u64::from(shown) << 32) | u64::from(kernel),
            // It begins again then.
            _ => 0,
        }
    }
}

/// The position behind `.` and `..`.
const FIRST: i64 = 2;

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
    _pos: raw::loff_t,
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
        if (*filter).skipped > 0 {
            (*filter).skipped -= 1;
            return true;
        }
        let (reader, pos) = ((*filter).reader, (*filter).shown);
        let taken = match (*reader).actor {
            Some(actor) => actor(reader, name, len, pos, ino, kind),
            None => false,
        };
        (*filter).shown += i64::from(taken);
        taken
    }
}

/// An actor that takes nothing.
///
/// # Safety
///
/// As for any actor.
unsafe extern "C" fn refuse(
    _ctx: *mut raw::dir_context,
    _name: *const c_char,
    _len: c_int,
    _pos: raw::loff_t,
    _ino: u64,
    _kind: c_uint,
) -> bool {
    false
}

/// Says whether `list`, a listing function of the kernel's, fails before it emits anything.
///
/// # Errors
///
/// Those of `list`.
///
/// # Safety
///
/// As for [`list`].
pub(in crate::rust_bindings) unsafe fn begins(
    emitter: &mut DirEmitter<'_>,
    list: impl FnOnce(*mut raw::file, *mut raw::dir_context) -> c_int,
) -> Result {
    let (file, reader) = emitter.as_raw();
    // SAFETY: The reader's context is valid for this call, and read as a whole.
    let mut ctx = unsafe { reader.read() };
    ctx.actor = Some(refuse);
    ctx.pos = 0;
    to_result(list(file, &raw mut ctx))
}

/// Runs `list`, a listing function of the kernel's, from `place` on, where the reader is. `number`
/// says under which inode number a name is emitted, or that it is left out. What is left out has no
/// position: the distance of two names tells of nothing between them. `.` and `..` have been
/// emitted before.
///
/// Gives what `list` returns, and where it goes on.
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
    place: Place,
    number: F,
    list: impl FnOnce(*mut raw::file, *mut raw::dir_context) -> c_int,
) -> Result<(c_int, Place)>
where
    F: Fn(Listed<'_>) -> Option<u64>,
{
    let (file, reader) = emitter.as_raw();
    let mut filter = Filter {
        // SAFETY: The reader's context is valid for this call, and read as a whole.
        ctx: unsafe { reader.read() },
        reader,
        number,
        skipped: if place.kernel == FIRST {
            place.shown - FIRST
        } else {
            0
        },
        shown: place.shown,
    };
    filter.ctx.actor = Some(pass_on::<F>);
    filter.ctx.pos = place.kernel;
    // The pointer is made of the whole filter, which the actor comes back to.
    let res = list(file, (&raw mut filter).cast::<raw::dir_context>());
    emitter.set_pos(filter.shown);
    to_result(res)?;
    let place = Place {
        shown: filter.shown,
        kernel: filter.ctx.pos,
    };
    Ok((res, place))
}
