// SPDX-License-Identifier: GPL-2.0

//! Numbers that programs write into entries.
//!
//! Mirrors `kstrto*_from_user()` of [`lib/kstrtox.c`](srctree/lib/kstrtox.c) and the buffers of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c): how much of what is written counts is part of what
//! programs see.

use crate::{
    pure::{
        kstrto::{
            self,
            BadNumber, //
        },
        text::Text, //
    },
    rust_bindings::vfs::user::UserData, //
};
use kernel::prelude::*;

impl From<BadNumber> for Error {
    fn from(bad: BadNumber) -> Self {
        match bad {
            BadNumber::Invalid => EINVAL,
            BadNumber::Range => ERANGE,
        }
    }
}

/// What a C string of at most `N - 1` bytes would hold of what was written.
fn text<'b, const N: usize>(data: &UserData, buf: &'b mut [u8; N]) -> Result<&'b [u8]> {
    if let Some((_, room)) = buf.split_last_mut() {
        data.read(room)?;
    }
    Ok(kstrto::c_string(buf))
}

/// A signed number with white space around it, in any base, in the first 12 bytes (`PROC_NUMBUF`),
/// and how many bytes a write of it takes: more than those are never taken.
///
/// # Errors
///
/// `EFAULT`, `EINVAL`, `ERANGE`.
pub(crate) fn stripped_i32(data: &UserData) -> Result<(i32, usize)> {
    let mut buf = [0; 13];
    let number = kstrto::i32(kstrto::strstrip(text(data, &mut buf)?), 0)?;
    Ok((number, data.taken().min(12)))
}

/// `kstrtouint_from_user()`.
///
/// # Errors
///
/// `EFAULT`, `EINVAL`, `ERANGE`.
pub(crate) fn u32(data: &UserData, base: u32) -> Result<u32> {
    // A sign, all binary digits, a newline and the end.
    let mut buf = [0; 1 + 32 + 1 + 1];
    Ok(kstrto::u32(text(data, &mut buf)?, base)?)
}

/// `kstrtoull_from_user()`.
///
/// # Errors
///
/// `EFAULT`, `EINVAL`, `ERANGE`.
pub(crate) fn u64(data: &UserData, base: u32) -> Result<u64> {
    let mut buf = [0; 1 + 64 + 1 + 1];
    Ok(kstrto::u64(text(data, &mut buf)?, base)?)
}

/// Writes a number and a newline.
pub(crate) fn line(out: &mut Text<'_>, number: i64) {
    out.dec_signed(number);
    out.byte(b'\n');
}
