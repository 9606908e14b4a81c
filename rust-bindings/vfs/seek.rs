// SPDX-License-Identifier: GPL-2.0

//! Where a file can be sought to.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `generic_file_llseek()`

use crate::rust_bindings::raw;
use kernel::ffi::c_int;

/// How a file can be sought in that has no `llseek()` of its own.
#[derive(Clone, Copy)]
pub(crate) enum Seek {
    /// `generic_file_llseek()`.
    Generic,
    /// `default_llseek()`.
    Default,
    /// `no_seek_end_llseek()`.
    #[cfg(CONFIG_USER_NS)]
    NoEnd,
    /// Not at all.
    #[cfg(CONFIG_FAULT_INJECTION)]
    None,
}

pub(in crate::rust_bindings) type Llseek =
    unsafe extern "C" fn(*mut raw::file, raw::loff_t, c_int) -> raw::loff_t;

impl Seek {
    pub(in crate::rust_bindings) const fn llseek(self) -> Option<Llseek> {
        match self {
            Seek::Generic => Some(raw::generic_file_llseek),
            Seek::Default => Some(raw::default_llseek),
            #[cfg(CONFIG_USER_NS)]
            Seek::NoEnd => Some(raw::no_seek_end_llseek),
            #[cfg(CONFIG_FAULT_INJECTION)]
            Seek::None => None,
        }
    }
}

/// Where a file is to be sought to.
#[derive(Clone, Copy)]
pub(crate) enum SeekFrom {
    /// `SEEK_SET`.
    Start(i64),
    /// `SEEK_CUR`.
    Current(i64),
    /// Anything else.
    Other,
}
