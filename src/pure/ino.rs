// SPDX-License-Identifier: GPL-2.0

//! Inode numbers that say what they stand for.
//!
//! `pid->ino` is unique until the next boot, so a recycled pid has other numbers than the old one
//! had, and readdir knows a number without an inode. Two ranges, both above 32 bits and so clear of
//! the root's number 1 and of the kernel's registry of entries (0xF0000000 to 0xFFFFFFFF):
//!
//! - from 2^32: a task's directories and the rows in them, one number each;
//! - from 2^62: children that have no row (file descriptors, map_files, sysctls in an instance with
//!   a policy), by a keyed hash.
//!
//! A 32-bit program built without large file support cannot be told such a number: stat() and
//! getdents() there fail with EOVERFLOW.

pub(crate) mod siphash;

use self::siphash::SipHash;
use super::entry::{
    Level,
    ROWS, //
};

/// Stands in the place of a row for the directory that holds the rows.
const DIRECTORY: u8 = ROWS as u8;

const FIRST_ROW: u64 = 1 << 32;
const FIRST_CHILD: u64 = 1 << 62;

/// The number of `/<pid>` or `/<pid>/task/<tid>` itself.
pub(crate) const fn of_directory(pid_ino: u64, level: Level) -> u64 {
    of_row(pid_ino, level, DIRECTORY)
}

/// The number of a row of the task table, in the directory of the pid with this `pid->ino`.
pub(crate) const fn of_row(pid_ino: u64, level: Level, row: u8) -> u64 {
    // The mask only matters after 2^52 forks.
    FIRST_ROW + (identity(pid_ino, level, row) & ((1 << 61) - 1))
}

/// The number of a row of the root's table. No pid that can be seen has a `pid->ino` of 0.
pub(crate) const fn of_root_row(row: u8) -> u64 {
    of_row(0, Level::ThreadGroup, row)
}

/// The number of a child without a row: `dir` is the number of the directory that it stands in,
/// `name` the number that names it there, and `key` the secret of the module.
pub(crate) fn of_child(key: [u64; 2], dir: u64, name: u64) -> u64 {
    in_range(SipHash::new(key).word(dir).word(name))
}

/// The number of a child that is known by its name alone: `dir` is the number of the directory that
/// it stands in, and `key` a secret of the module that nothing else is made of. It is asked for in
/// each lookup and for each name of a listing, so the hash is a cheap one. What many numbers could
/// tell of the key is of use for names that share a number, and no more.
pub(crate) fn of_named_child(key: [u64; 2], dir: u64, name: &[u8]) -> u64 {
    let [k0, k1] = key;
    let add = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(k1 ^ FACTOR);
        product as u64 ^ (product >> 64) as u64
    };
    let (mut hash, mut rest) = (add(k0, dir), name);
    while let Some((word, behind)) = rest.split_first_chunk() {
        hash = add(hash, u64::from_ne_bytes(*word));
        rest = behind;
    }
    // No name has a byte of 0, so none is another one's beginning.
    let last = rest
        .iter()
        .fold(0, |word, byte| (word << 8) | u64::from(*byte));
    FIRST_CHILD | (add(hash, last) & (FIRST_CHILD - 1))
}

/// Keeps a key of few bits from being a factor of few bits: digits of pi.
const FACTOR: u64 = 0x243f_6a88_85a3_08d3;

fn in_range(hash: SipHash<1, 3>) -> u64 {
    FIRST_CHILD | (hash.finish() & (FIRST_CHILD - 1))
}

const fn identity(pid_ino: u64, level: Level, row: u8) -> u64 {
    (pid_ino << 9) | ((level as u64) << 8) | row as u64
}
