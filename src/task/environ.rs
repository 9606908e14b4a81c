// SPDX-License-Identifier: GPL-2.0

//! `environ`: the environment that a program was started with, as it is in its memory now.
//!
//! Mirrors `environ_open()` and `environ_read()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Who
//! opens the file may read the memory of the address space that the task had then; it is not asked
//! again.

use crate::{
    fs::memory::MemoryEntry,
    rust_bindings::{
        memory::{
            mm::{
                self,
                Bounds,
                PAGE, //
            },
            scratch::Scratch, //
        },
        vfs::user::UserBuf, //
    }, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*, //
};

/// What many an environment fits in.
const SMALL: usize = 1024;

/// `environ`.
pub(super) struct Environ;

impl MemoryEntry for Environ {
    fn read(mm: &Mm, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        if !Bounds::known(mm) {
            return Ok(0);
        }
        let Some(users) = mm.mmget_not_zero() else {
            return Ok(0);
        };
        let Bounds {
            env_start, env_end, ..
        } = Bounds::of(mm);
        let len = env_end.wrapping_sub(env_start);
        let most = buf.left() as u64;
        if most.min(len.saturating_sub(*pos as u64)) <= SMALL as u64 {
            let mut small = Scratch::<SMALL>::new();
            copy(&users, env_start, len, small.as_slice(), buf, pos)
        } else {
            let mut page = Scratch::<PAGE>::allocate()?;
            copy(&users, env_start, len, page.as_slice(), buf, pos)
        }
    }
}

/// Copies what lies at `start`, `len` bytes long, from `pos` on, as much at a time as `through` has
/// room for.
fn copy(
    mm: &MmWithUser,
    start: u64,
    len: u64,
    through: &mut [u8],
    buf: &mut UserBuf,
    pos: &mut i64,
) -> Result<usize> {
    let (mut at, mut total) = (*pos as u64, 0);
    let mut result = Ok(());
    while buf.left() > 0 && at < len {
        let room = buf
            .left()
            .min(through.len())
            .min(usize::try_from(len - at).unwrap_or(PAGE));
        let chunk = through.get_mut(..room).unwrap_or(&mut []);
        let got = match mm::read_anonymous(mm, start.wrapping_add(at), chunk) {
            // As procfs has it, nothing readable here means end of file, whatever came before.
            Ok(0) => {
                total = 0;
                break;
            }
            Ok(got) => got,
            Err(err) => {
                result = Err(err);
                break;
            }
        };
        // A fault of the reader's fails the whole read, as in procfs, though the position counts
        // what went before.
        if buf.write(chunk.get(..got).unwrap_or(&[])) < got {
            result = Err(EFAULT);
            break;
        }
        at += got as u64;
        total += got;
    }
    *pos = at as i64;
    result.map(|()| total)
}
