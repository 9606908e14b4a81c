// SPDX-License-Identifier: GPL-2.0

//! `auxv`: the auxiliary vector that a program was started with.
//!
//! Mirrors `auxv_open()` and `auxv_read()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Who opens
//! the file may read the vector of the address space that the task had then.

use crate::{
    fs::memory::MemoryEntry,
    rust_bindings::{
        memory::mm,
        vfs::user::UserBuf, //
    }, //
};
use kernel::{
    mm::Mm,
    prelude::*, //
};

/// `auxv`.
pub(super) struct Auxv;

impl MemoryEntry for Auxv {
    fn read(mm: &Mm, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        mm::read_auxv(mm, buf, pos)
    }
}
