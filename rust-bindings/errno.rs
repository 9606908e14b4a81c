// SPDX-License-Identifier: GPL-2.0

//! Errors that the kernel crate of some series has no name for.

use crate::rust_bindings::raw;
use kernel::{
    ffi::c_int,
    prelude::*, //
};

/// `ENAMETOOLONG`, which the crate names from Linux 7.3 on.
pub(crate) fn name_too_long() -> Error {
    Error::from_errno(-(raw::ENAMETOOLONG as c_int))
}

/// `EOPNOTSUPP`, likewise.
pub(crate) fn not_supported() -> Error {
    Error::from_errno(-(raw::EOPNOTSUPP as c_int))
}

/// `ESTALE`, likewise.
pub(crate) fn stale() -> Error {
    Error::from_errno(-(raw::ESTALE as c_int))
}
