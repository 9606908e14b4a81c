// SPDX-License-Identifier: GPL-2.0

//! An entry says behind which gate it stands, and finds its task nowhere but in the gate's token.

use crate::{
    fs::text::TextEntry,
    rust_bindings::vfs::inode::Inode, //
};

fn ungated<E: TextEntry>() {} //~ E0107

fn task_of(inode: &Inode) -> bool {
    inode.get_task().is_some() //~ E0599
}
