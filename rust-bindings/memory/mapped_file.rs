// SPDX-License-Identifier: GPL-2.0

//! The file of a mapping: where it is, what it is, and keeping it open.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/path.h`](srctree/include/linux/path.h)

use crate::rust_bindings::{
    raw,
    vfs::link::Path, //
};
use core::{
    marker::PhantomData,
    ptr::NonNull, //
};
use kernel::{
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*, //
};

/// The place of a mapped file.
pub(crate) struct Place<'a>(pub(super) &'a raw::path);

impl Place<'_> {
    /// The name.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` if it has more than `room` bytes with its NUL; `ENOMEM`.
    pub(crate) fn name(&self, room: usize) -> Result<PathName> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the callers ask for no more than a path has"
        )]
        let mut memory = KVec::with_capacity(room, GFP_KERNEL)?;
        let start: *mut c_char = memory.as_mut_ptr();
        // SAFETY: The path is valid, and `start` has room for `room` bytes.
        let name = unsafe { raw::d_path(self.0, start, room as c_int) };
        let name = kernel::error::from_err_ptr(name)?;
        // INVARIANT: The name ends where the room does.
        Ok(PathName {
            _memory: memory,
            name,
            // SAFETY: The name lies inside the room.
            len: room.wrapping_sub(unsafe { name.offset_from(start) } as usize),
        })
    }

    /// The place, for as long as it is wanted.
    pub(crate) fn to_path(&self) -> Path {
        // SAFETY: The path is valid.
        unsafe { Path::cloned(self.0) }
    }
}

/// The name of a path and a NUL.
///
/// # Invariants
///
/// `name` points to `len` bytes in `_memory`, all of which are written.
pub(crate) struct PathName {
    _memory: KVec<c_char>,
    name: *const c_char,
    len: usize,
}

impl PathName {
    /// The name, NUL included.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        // SAFETY: By the type invariant.
        unsafe { core::slice::from_raw_parts(self.name.cast(), self.len) }
    }
}

/// The file of a mapping. Others change its count and its position meanwhile, so that no reference
/// leads to it.
///
/// # Invariants
///
/// The file is valid for `'a`, for a mapping pins it.
#[derive(Clone, Copy)]
pub(crate) struct MappedFile<'a>(NonNull<raw::file>, PhantomData<&'a ()>);

impl<'a> MappedFile<'a> {
    /// # Safety
    ///
    /// `file` must be valid for the lifetime `'a`.
    pub(super) unsafe fn from_raw(file: NonNull<raw::file>) -> Self {
        // INVARIANT: The caller promises it.
        Self(file, PhantomData)
    }

    /// Whether it is the file that is kept.
    pub(super) fn is(self, kept: &KeptFile) -> bool {
        self.0 == kept.0
    }

    fn as_ptr(self) -> *mut raw::file {
        self.0.as_ptr()
    }

    /// Where the file is, as its user opened it.
    pub(crate) fn place(self) -> Place<'a> {
        // SAFETY: By the type invariant; a file pins its path, which does not change.
        Place(unsafe { &*raw::proc2_file_user_path(self.as_ptr()) })
    }

    /// Major and minor number of the device that the file is on, and the number of its inode.
    pub(crate) fn identity(self) -> (u32, u32, u64) {
        // SAFETY: By the type invariant; a file pins its inode and that its superblock.
        unsafe {
            let inode = raw::proc2_file_user_inode(self.as_ptr());
            let dev = (*(*inode).i_sb).s_dev;
            (
                dev >> raw::MINORBITS,
                dev & ((1 << raw::MINORBITS) - 1),
                (*inode).i_ino,
            )
        }
    }

    /// Whether the file is open for reading, and for writing.
    pub(crate) fn open_for(self) -> (bool, bool) {
        // SAFETY: By the type invariant; the mode does not change in these bits.
        let mode = unsafe { (*self.as_ptr()).f_mode };
        (
            mode & raw::proc2_FMODE_READ != 0,
            mode & raw::proc2_FMODE_WRITE != 0,
        )
    }

    /// The file, for as long as it is wanted.
    pub(crate) fn keep(self) -> KeptFile {
        // SAFETY: By the type invariant, so that a count can be taken.
        unsafe { raw::get_file(self.as_ptr()) };
        // INVARIANT: The count was just taken.
        KeptFile(self.0)
    }
}

/// The longest name of a path, NUL included.
pub(crate) const PATH_LEN: usize = raw::PATH_MAX as usize;

/// The longest build id.
pub(crate) const BUILD_ID_LEN: usize = raw::BUILD_ID_SIZE_MAX as usize;

/// A file that is kept open.
///
/// # Invariants
///
/// The file is valid, and the count is this value's.
pub(crate) struct KeptFile(NonNull<raw::file>);

impl KeptFile {
    /// Reads the build id of an ELF file into `buf` and returns its length. Sleeps.
    ///
    /// # Errors
    ///
    /// Those of `build_id_parse_file()`: the file is no ELF file, has none, or can't be read.
    pub(crate) fn build_id(&self, buf: &mut [u8; BUILD_ID_LEN]) -> Result<u32> {
        let mut len = 0;
        // SAFETY: By the type invariant; `buf` has room for the longest build id.
        kernel::error::to_result(unsafe {
            raw::build_id_parse_file(self.0.as_ptr(), buf.as_mut_ptr(), &mut len)
        })?;
        Ok(len)
    }
}

impl Drop for KeptFile {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::fput(self.0.as_ptr()) };
    }
}
