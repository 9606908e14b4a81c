// SPDX-License-Identifier: GPL-2.0

//! An open file is any thread's, and so is what it keeps.

use crate::rust_bindings::vfs::{
    file::{
        File,
        FileOperations, //
    },
    inode::Inode, //
};
use core::cell::Cell;
use kernel::prelude::*;

struct Kept;

#[vtable]
impl FileOperations for Kept {
    type Data = KBox<Cell<u32>>; //~ E0277

    fn open(_inode: &Inode, _file: &File) -> Result<Self::Data> {
        Err(ENOMEM)
    }
}
