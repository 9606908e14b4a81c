// SPDX-License-Identifier: GPL-2.0

//! How a file gets the seq_file that it is read through.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h)

use crate::rust_bindings::raw;
#[cfg(CONFIG_USER_NS)]
use core::ptr;
#[cfg(CONFIG_USER_NS)]
use kernel::ffi::{
    c_int,
    c_void, //
};
use kernel::{
    error::to_result,
    prelude::*, //
};

/// How a file gets the seq_file that it is read through.
#[derive(Clone, Copy)]
pub(crate) enum SeqOpen {
    /// `seq_open()`.
    Records(SeqTable),
    /// `single_open()`.
    #[cfg(CONFIG_USER_NS)]
    Single(SeqShowFn),
}

/// The table of a seq_file, made for files that keep data of one type.
#[derive(Clone, Copy)]
pub(crate) struct SeqTable(*const raw::seq_operations);

/// A function that writes the one record of a seq_file, made for files that keep data of one type.
#[cfg(CONFIG_USER_NS)]
#[derive(Clone, Copy)]
pub(crate) struct SeqShowFn(unsafe extern "C" fn(*mut raw::seq_file, *mut c_void) -> c_int);

impl SeqOpen {
    /// `seq_open()` with `table`.
    ///
    /// # Safety
    ///
    /// The table must live as long as this module, and its functions must take `private` of the
    /// seq_file for the word of what files keep that are opened in this way.
    pub(in crate::rust_bindings) const unsafe fn records(
        table: *const raw::seq_operations,
    ) -> Self {
        Self::Records(SeqTable(table))
    }

    /// `single_open()` with `show`.
    ///
    /// # Safety
    ///
    /// The function must take `private` of the seq_file for the word of what files keep that are
    /// opened in this way.
    #[cfg(CONFIG_USER_NS)]
    pub(in crate::rust_bindings) const unsafe fn single(
        show: unsafe extern "C" fn(*mut raw::seq_file, *mut c_void) -> c_int,
    ) -> Self {
        Self::Single(SeqShowFn(show))
    }

    /// Gives `file` a seq_file.
    ///
    /// # Safety
    ///
    /// `file` must be one that is being opened and has nothing in `private_data` yet.
    #[inline]
    pub(super) unsafe fn open(self, file: *mut raw::file) -> Result {
        // SAFETY: The caller promises the file; the functions were promised to be fit for it.
        to_result(unsafe {
            match self {
                Self::Records(SeqTable(table)) => raw::seq_open(file, table),
                #[cfg(CONFIG_USER_NS)]
                Self::Single(SeqShowFn(show)) => {
                    raw::single_open(file, Some(show), ptr::null_mut())
                }
            }
        })
    }

    /// Takes the seq_file back.
    ///
    /// # Safety
    ///
    /// `file` must have been opened by [`Self::open`], and be used by nobody any more.
    #[inline]
    pub(super) unsafe fn release(self, inode: *mut raw::inode, file: *mut raw::file) {
        // SAFETY: The caller promises it.
        unsafe {
            match self {
                Self::Records(_) => raw::seq_release(inode, file),
                #[cfg(CONFIG_USER_NS)]
                Self::Single(_) => raw::single_release(inode, file),
            }
        };
    }
}
