// SPDX-License-Identifier: GPL-2.0

//! `mem`: the memory of a task's address space, to be read and written.
//!
//! Mirrors `mem_open()`, `mem_rw()`, `mem_lseek()` and `proc_mem_foll_force()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Who opens the file needs `PTRACE_MODE_ATTACH`, and
//! may use the address space that the task had then; it is not asked again. Whether protections of
//! mappings can be passed by is the running kernel's policy.

use crate::{
    fs::memory::{
        AddressEntry,
        Memory, //
    },
    pure::mem_force::Force,
    rust_bindings::{
        memory::mm::{
            self,
            Direction,
            PAGE, //
        },
        vfs::user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// `mem`.
pub(super) struct Mem;

const BUILT_IN: Force = if cfg!(CONFIG_PROC_MEM_NO_FORCE) {
    Force::Never
} else if cfg!(CONFIG_PROC_MEM_FORCE_PTRACE) {
    Force::Ptrace
} else {
    Force::Always
};

/// Whether this access may pass by the protection of mappings.
fn force(memory: &Memory<'_>) -> bool {
    let policy = match mm::with_command_line(|line| Force::of(BUILT_IN, line)) {
        // A boot configuration's words stand in the same line but set nothing: then nothing is
        // loosened.
        Force::Always if cfg!(CONFIG_BOOT_CONFIG) => BUILT_IN,
        policy => policy,
    };
    match policy {
        Force::Never => false,
        Force::Always => true,
        Force::Ptrace => memory.is_traced_by_current(),
    }
}

/// Passes memory from `pos` on through a page at a time: `one` brings up to so many bytes of a page
/// across, at an address, and returns how many it were. The position moves by what was.
fn pass(
    pos: &mut i64,
    mut left: usize,
    mut one: impl FnMut(&mut [u8], u64) -> Result<usize>,
) -> Result<usize> {
    #[expect(clippy::disallowed_methods, reason = "a fixed size")]
    let mut page = KVec::from_elem(0, PAGE, GFP_KERNEL)?;
    let mut done = 0;
    let mut result = Ok(());
    while left > 0 {
        let chunk = page.get_mut(..left.min(PAGE)).unwrap_or(&mut []);
        match one(chunk, *pos as u64) {
            // Nothing is there; what was before still counts.
            Ok(0) if done > 0 => break,
            Ok(0) => {
                result = Err(EIO);
                break;
            }
            Ok(n) => {
                *pos = pos.wrapping_add(n as i64);
                done += n;
                left = left.saturating_sub(n);
            }
            // A fault of the caller's fails the whole, as in procfs, though the position counts
            // what went before.
            Err(err) => {
                result = Err(err);
                break;
            }
        }
    }
    result.map(|()| done)
}

/// The address space, if somebody still uses it: without, there is nothing to read or write.
fn in_use(mm: &Mm) -> Option<ARef<MmWithUser>> {
    mm.mmget_not_zero()
}

impl AddressEntry for Mem {
    fn read(memory: &Memory<'_>, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let Some(users) = in_use(memory.mm()) else {
            return Ok(0);
        };
        let force = force(memory);
        pass(pos, buf.left(), |chunk, addr| {
            let got = mm::access(&users, addr, chunk, Direction::Read, force);
            let text = chunk.get(..got).unwrap_or(&[]);
            if buf.write(text) < got {
                return Err(EFAULT);
            }
            Ok(got)
        })
    }

    fn write(memory: &Memory<'_>, data: &mut UserData, pos: &mut i64) -> Result<usize> {
        let Some(users) = in_use(memory.mm()) else {
            return Ok(0);
        };
        let force = force(memory);
        pass(pos, data.taken(), |chunk, addr| {
            data.read(chunk)?;
            let put = mm::access(&users, addr, chunk, Direction::Write, force);
            data.skip(put);
            Ok(put)
        })
    }
}
