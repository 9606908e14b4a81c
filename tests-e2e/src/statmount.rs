// SPDX-License-Identifier: GPL-2.0

//! statmount(2) and listmount(2): what the kernel says of a mount, without a file.

use std::os::fd::AsFd;

use anyhow::{ensure, Context as _, Result};
use rustix::fs::{statx, AtFlags, StatxFlags};

use crate::errno;

const SYS_STATMOUNT: libc::c_long = 457;
const SYS_LISTMOUNT: libc::c_long = 458;

/// `LSMT_ROOT`: the caller's root.
const ROOT: u64 = u64::MAX;

/// `STATMOUNT_*`, in their order: what is to be told.
pub mod want {
    /// Of the superblock: its device, magic and flags.
    pub const SUPERBLOCK: u64 = 0x1;
    /// Numbers of the mount, and its propagation.
    pub const MOUNT: u64 = 0x2;
    /// Where it gets events from that its root sees.
    pub const PROPAGATE_FROM: u64 = 0x4;
    /// What of its filesystem is mounted.
    pub const MNT_ROOT: u64 = 0x8;
    /// Where.
    pub const MNT_POINT: u64 = 0x10;
    /// The filesystem's type.
    pub const FS_TYPE: u64 = 0x20;
    /// The filesystem's options in one text.
    pub const OPTIONS: u64 = 0x80;
    /// The subtype.
    pub const FS_SUBTYPE: u64 = 0x100;
    /// What was mounted.
    pub const SOURCE: u64 = 0x200;
    /// The filesystem's options, each by itself.
    pub const OPTION_ARRAY: u64 = 0x400;
}

/// Where fields of `struct statmount` are; what is a string there says where it stands.
#[expect(missing_docs, reason = "the kernel's names")]
pub mod field {
    pub const MNT_OPTS: usize = 4;
    pub const SB_DEV_MAJOR: usize = 16;
    pub const SB_DEV_MINOR: usize = 20;
    pub const SB_MAGIC: usize = 24;
    pub const SB_FLAGS: usize = 32;
    pub const FS_TYPE: usize = 36;
    pub const MNT_ID_OLD: usize = 56;
    pub const MNT_PARENT_ID_OLD: usize = 60;
    pub const MNT_PROPAGATION: usize = 72;
    pub const MNT_PEER_GROUP: usize = 80;
    pub const MNT_MASTER: usize = 88;
    pub const PROPAGATE_FROM: usize = 96;
    pub const MNT_ROOT: usize = 104;
    pub const MNT_POINT: usize = 108;
    pub const FS_SUBTYPE: usize = 120;
    pub const SB_SOURCE: usize = 124;
    pub const OPT_NUM: usize = 128;
    pub const OPT_ARRAY: usize = 132;
}

/// Where strings begin in it.
const STRINGS: usize = 512;

/// The number that no other mount has until the next boot.
///
/// # Errors
///
/// Those of statx(2).
pub fn id(mount: impl AsFd) -> Result<u64> {
    let unique = StatxFlags::from_bits_retain(0x4000);
    Ok(statx(mount, c"", AtFlags::EMPTY_PATH, unique)?.stx_mnt_id)
}

/// The mounts below the caller's root, without that itself.
///
/// # Errors
///
/// Those of listmount(2).
pub fn below_root() -> Result<Vec<u64>> {
    let request = [24u64, ROOT, 0];
    let mut ids = vec![0u64; 1 << 14];
    // SAFETY: request and answer live through the call, and have the sizes that it is told.
    let count = unsafe {
        libc::syscall(
            SYS_LISTMOUNT,
            request.as_ptr(),
            ids.as_mut_ptr(),
            ids.len(),
            0,
        )
    };
    ensure!(count >= 0, "listmount: {}", errno::last());
    ids.truncate(count as usize);
    Ok(ids)
}

/// What was told of a mount: `struct statmount`, by the offsets of its fields.
pub struct Told(Vec<u8>);

impl Told {
    /// Asks for what [`want`] says.
    ///
    /// # Errors
    ///
    /// Those of statmount(2).
    pub fn of(id: u64, wanted: u64) -> Result<Self> {
        // struct mnt_id_req of the first version: its size, nothing, the mount, what is wanted.
        let request = [24u64, id, wanted];
        let mut told = vec![0u8; 16 << 10];
        // SAFETY: as in `below_root()`.
        let done = unsafe {
            libc::syscall(
                SYS_STATMOUNT,
                request.as_ptr(),
                told.as_mut_ptr(),
                told.len(),
                0,
            )
        };
        ensure!(done == 0, "statmount: {}", errno::last());
        Ok(Self(told))
    }

    /// A field of four bytes.
    pub fn word(&self, at: usize) -> u32 {
        u32::from_ne_bytes(self.0[at..at + 4].try_into().expect("four bytes"))
    }

    /// A field of eight bytes.
    pub fn long(&self, at: usize) -> u64 {
        u64::from_ne_bytes(self.0[at..at + 8].try_into().expect("eight bytes"))
    }

    /// The string that a field says where it is; it must be there.
    ///
    /// # Errors
    ///
    /// A string without an end.
    pub fn text(&self, at: usize) -> Result<&[u8]> {
        self.string(self.word(at) as usize)
    }

    /// As many strings as the field at `count` says, one behind the other from where that at `at`
    /// says.
    ///
    /// # Errors
    ///
    /// As [`Told::text`].
    pub fn texts(&self, count: usize, at: usize) -> Result<Vec<&[u8]>> {
        let mut start = self.word(at) as usize;
        let text = |_| {
            let text = self.string(start)?;
            start += text.len() + 1;
            Ok(text)
        };
        (0..self.word(count)).map(text).collect()
    }

    fn string(&self, start: usize) -> Result<&[u8]> {
        let bytes = self.0.get(STRINGS + start..).context("where a string is")?;
        let end = bytes.iter().position(|byte| *byte == 0);
        Ok(&bytes[..end.context("a string without an end")?])
    }
}
