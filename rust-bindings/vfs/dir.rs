// SPDX-License-Identifier: GPL-2.0

//! Reading directories.
//!
//! No function here may be called with a spinlock or the RCU read lock held: emitting an entry can
//! fault.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct dir_context`

use crate::rust_bindings::{
    raw,
    vfs::{
        file::{
            FileOps,
            Seek, //
        },
        inode::Inode, //
    }, //
};
use kernel::{
    ffi::c_int,
    prelude::*, //
};

/// The type that a directory entry says it is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirType {
    /// A directory.
    Dir,
    /// A symbolic link.
    Link,
    /// A regular file.
    File,
}

impl DirType {
    /// Whether a number of the kernel's (`DT_DIR` and so on) stands for a directory.
    pub(in crate::rust_bindings) fn is_dir(kind: u32) -> bool {
        kind == raw::DT_DIR
    }

    /// The type that a directory shows for an entry of `mode`.
    pub(crate) const fn of_mode(mode: u16) -> Self {
        match mode & 0o170_000 {
            0o040_000 => Self::Dir,
            0o120_000 => Self::Link,
            _ => Self::File,
        }
    }
}

/// One call of `getdents()`: where the reader is, and where entries go.
///
/// # Invariants
///
/// The file is valid for `'a`, on a superblock of this module, and the VFS holds its position lock.
pub(crate) struct DirEmitter<'a> {
    file: *mut raw::file,
    ctx: &'a mut raw::dir_context,
}

impl<'a> DirEmitter<'a> {
    /// # Safety
    ///
    /// Both must be what the VFS passed to `->iterate_shared()`, for the time of that call.
    pub(in crate::rust_bindings) unsafe fn from_raw(
        file: *mut raw::file,
        ctx: *mut raw::dir_context,
    ) -> Self {
        // INVARIANT: The caller promises it.
        Self {
            file,
            // SAFETY: The caller promises validity; the context belongs to this call.
            ctx: unsafe { &mut *ctx },
        }
    }

    /// The directory that is read.
    pub(crate) fn inode(&self) -> &'a Inode {
        // SAFETY: By the type invariant; an open file pins its inode.
        unsafe { Inode::from_raw((*self.file).f_inode) }
    }

    /// The position of the next entry.
    pub(crate) fn pos(&self) -> i64 {
        self.ctx.pos
    }

    /// Sets the position of the next entry.
    pub(crate) fn set_pos(&mut self, pos: i64) {
        self.ctx.pos = pos;
    }

    /// Emits an entry at the current position, which stays; false if the reader takes no more.
    pub(crate) fn emit(&mut self, name: &[u8], ino: u64, kind: DirType) -> bool {
        let kind = match kind {
            DirType::Dir => raw::DT_DIR,
            DirType::Link => raw::DT_LNK,
            DirType::File => raw::DT_REG,
        };
        // SAFETY: The context is valid, and `name` for its length.
        unsafe {
            raw::proc2_dir_emit(
                self.ctx,
                name.as_ptr().cast(),
                name.len() as c_int,
                ino,
                kind,
            )
        }
    }

    /// Emits `.` and `..` if the reader is still before them; false if it takes no more.
    pub(crate) fn dots(&mut self) -> bool {
        // SAFETY: Both are valid.
        unsafe { raw::proc2_dir_emit_dots(self.file, self.ctx) }
    }

    /// The number that the last call left in the file, 0 after a seek. Serialised by the file's
    /// position lock.
    pub(crate) fn take_cookie(&mut self) -> u64 {
        // SAFETY: By the type invariant; only directory reads and seeks touch the field, each under
        // the position lock.
        unsafe {
            (&raw mut (*self.file).private_data)
                .replace(core::ptr::null_mut())
                .addr() as u64
        }
    }

    /// Leaves a number in the file for the next call.
    pub(crate) fn set_cookie(&mut self, cookie: u64) {
        // SAFETY: As in `take_cookie()`.
        unsafe { (*self.file).private_data = core::ptr::without_provenance_mut(cookie as usize) };
    }

    pub(in crate::rust_bindings) fn as_raw(&mut self) -> (*mut raw::file, *mut raw::dir_context) {
        (self.file, self.ctx)
    }
}

/// A directory's way to be read.
pub(crate) trait Directory {
    /// Whether the directory leaves a cookie in the file, which a seek then resets.
    const COOKIE: bool = false;

    /// Emits entries from the reader's position on, until it takes no more or there are none.
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result;
}

impl FileOps {
    /// A directory.
    pub(crate) const fn directory<T: Directory>(seek: Seek) -> Self {
        Self(raw::file_operations {
            read: Some(raw::generic_read_dir),
            iterate_shared: Some(iterate::<T>),
            llseek: match seek {
                _ if T::COOKIE => Some(cookie_llseek),
                seek => seek.llseek(),
            },
            ..pin_init::zeroed()
        })
    }

    /// A directory that stands for a thread group, shaped like `proc_tgid_base_operations`: where
    /// the kernel has `scripts/kernel/proc_pidfd.patch`, a file opened on it serves as a pidfd.
    pub(crate) const fn thread_group<T: Directory>(seek: Seek) -> Self {
        let mut ops = Self::directory::<T>(seek);
        // FOP_PROC_TGID promises a `struct proc_inode` around every inode with these operations,
        // and a pid that is NULL, or was set before the inode could be looked up and is kept until
        // it is freed. `Inode`'s invariant, `NewInode::pid()` and `free_inode()` keep this for all
        // of ours.
        ops.0.fop_flags = raw::proc2_FOP_PROC_TGID;
        ops
    }
}

/// `->iterate_shared()`.
///
/// # Safety
///
/// `file` must be an open directory with this table, its inode locked for reading; `ctx` must be
/// the call's alone.
pub(in crate::rust_bindings) unsafe extern "C" fn iterate<T: Directory>(
    file: *mut raw::file,
    ctx: *mut raw::dir_context,
) -> c_int {
    // SAFETY: The caller promises both for this call.
    let mut emitter = unsafe { DirEmitter::from_raw(file, ctx) };
    kernel::error::from_result(|| T::iterate(&mut emitter).map(|()| 0))
}

/// `proc_dir_llseek()`: a seek resets the cookie.
///
/// # Safety
///
/// `file` must be an open directory with this table. Where it has several users, its position lock
/// must be held.
pub(in crate::rust_bindings) unsafe extern "C" fn cookie_llseek(
    file: *mut raw::file,
    offset: raw::loff_t,
    whence: c_int,
) -> raw::loff_t {
    // SAFETY: The caller promises a valid file; the cookie is the file's, under its position lock.
    unsafe {
        let mut cookie = (*file).private_data as u64;
        let pos = raw::generic_llseek_cookie(file, offset, whence, &mut cookie);
        (*file).private_data = core::ptr::without_provenance_mut(cookie as usize);
        pos
    }
}
