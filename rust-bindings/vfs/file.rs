// SPDX-License-Identifier: GPL-2.0

//! Files: [`FileOperations`] is what a kind of file does; here are short forms of it for files that keep nothing.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct file_operations`

use crate::rust_bindings::{
    raw,
    vfs::user::{
        UserBuf,
        UserData, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    error::from_result,
    ffi::c_char,
    prelude::*, //
};

pub(crate) use crate::rust_bindings::vfs::{
    file_operations::{
        FileOperations,
        FileOps,
        Seek,
        SeekFrom, //
    },
    open_file::File, //
};

/// A short text that each read formats anew and goes on in at its position.
pub(crate) trait Live: 'static {
    /// Writes the text into `buf`, which has room for it, and returns its length.
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize>;
}

/// The room that a [`Live`] text has.
pub(crate) const LIVE_LEN: usize = 16;

/// The file of a [`Live`] text.
struct LiveFile<T>(PhantomData<T>);

#[vtable]
impl<T: Live> FileOperations for LiveFile<T> {
    type Data = ();

    fn read((): (), file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let mut text = [0; LIVE_LEN];
        let len = T::show(file, &mut text)?;
        buf.write_from(text.get(..len).unwrap_or(&text), pos)
    }
}

/// A file that can be written. No write moves the position.
pub(crate) trait Write {
    /// Takes what was written at `pos` and returns how much of it counts as taken.
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize>;
}

/// `->write()` of a [`Write`].
///
/// # Safety
///
/// `file` must be an open file on a superblock of this module, and `pos` valid. `data` may be any address.
pub(in crate::rust_bindings) unsafe extern "C" fn write<T: Write>(
    file: *mut raw::file,
    data: *const c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The caller promises both.
    let (file, pos) = unsafe { (File::from_raw(file), *pos) };
    from_result(|| T::write(file, &UserData::new(data, len), pos).map(|n| n as isize))
}

impl FileOps {
    /// A short text that each read formats anew, shaped like `proc_sessionid_operations`.
    pub(crate) const fn live<T: Live>(seek: Seek) -> Self {
        let mut ops = Self::of::<LiveFile<T>>();
        ops.0.llseek = seek.llseek();
        ops
    }

    /// As [`FileOps::live`], for a file that can be written, shaped like `proc_oom_adj_operations`.
    pub(crate) const fn live_with_write<T: Live + Write>(seek: Seek) -> Self {
        let mut ops = Self::live::<T>(seek);
        ops.0.write = Some(write::<T>);
        ops
    }
}
