// SPDX-License-Identifier: GPL-2.0

//! Errors that the kernel crate of some series has no name for.

use crate::rust_bindings::raw;
use kernel::{
    ffi::c_int,
    prelude::*, //
};

/// `ENAMETOOLONG`.
pub(crate) fn name_too_long() -> Error {
    Error::from_errno(-(raw::ENAMETOOLONG as c_int))
}
