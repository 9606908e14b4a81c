// SPDX-License-Identifier: GPL-2.0

//! What a file keeps is lent for a call, and may be gone after it.

use crate::rust_bindings::vfs::{
    file::{
        File,
        FileOperations, //
    },
    inode::Inode,
    user::UserBuf, //
};
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

struct Kept;

fn keep(_: &'static Mm) {}

#[vtable]
impl FileOperations for Kept {
    type Data = ARef<Mm>;

    fn open(_inode: &Inode, _file: &File) -> Result<Self::Data> {
        Err(ESRCH)
    }

    fn read(mm: &Mm, _: &File, _: &mut UserBuf, _: &mut i64) -> Result<usize> {
        keep(mm); //~ E0521
        Ok(0)
    }
}
