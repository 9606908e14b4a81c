// SPDX-License-Identifier: GPL-2.0

//! Files of a view on a kernel without control groups: there are none.

use crate::rust_bindings::procfs::view_file::ViewOps;

/// Nothing takes the place of the kernel's own files.
pub(crate) fn find(_dir: Option<&[u8]>, _name: &[u8]) -> Option<&'static ViewOps> {
    None
}

/// No name is that of such a file.
pub(super) fn has(_name: &[u8]) -> bool {
    false
}
