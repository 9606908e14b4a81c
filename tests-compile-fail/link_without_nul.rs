// SPDX-License-Identifier: GPL-2.0

//! The VFS reads the text of a link up to its NUL, which only `LinkText::new()` is sure to have put there.

use crate::rust_bindings::vfs::link::{
    LinkTarget,
    LinkText, //
};
use kernel::prelude::*;

fn no_memory() -> LinkTarget {
    LinkTarget::Text(KVec::new()) //~ E0308
}

fn no_nul(bytes: KVec<u8>) -> LinkTarget {
    LinkTarget::Text(LinkText(bytes)) //~ E0423
}
