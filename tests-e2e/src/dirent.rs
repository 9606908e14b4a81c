// SPDX-License-Identifier: GPL-2.0

//! Directory entries as getdents64(2) gives them.

use std::os::fd::BorrowedFd;

use rustix::fs::{FileType, RawDir, RawDirEntry, Stat};
use rustix::io::Errno;
use std::mem::MaybeUninit;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirent {
    /// Its name, made UTF-8.
    pub name: String,
    /// `d_ino`.
    pub ino: u64,
    /// The offset of the entry after this one.
    pub next: i64,
    /// `d_type`.
    pub kind: FileType,
}

/// The number of links; its type is not the same everywhere.
#[allow(clippy::useless_conversion)]
pub fn links(stat: &Stat) -> u64 {
    stat.st_nlink.into()
}

/// All entries from the descriptor's position on, read through a buffer of `size` bytes.
pub fn read_with(fd: BorrowedFd<'_>, size: usize) -> Result<Vec<Dirent>, Errno> {
    let mut buffer: Vec<MaybeUninit<u8>> = vec![MaybeUninit::uninit(); size];
    let mut raw = RawDir::new(fd, &mut buffer);
    let mut entries = Vec::new();
    while let Some(entry) = raw.next() {
        entries.push(owned(&entry?));
    }
    Ok(entries)
}

/// What one call of getdents64(2) with a buffer of `size` bytes gives.
pub fn read_some(fd: BorrowedFd<'_>, size: usize) -> Result<Vec<Dirent>, Errno> {
    let mut buffer: Vec<MaybeUninit<u8>> = vec![MaybeUninit::uninit(); size];
    let mut raw = RawDir::new(fd, &mut buffer);
    let mut entries = Vec::new();
    while let Some(entry) = raw.next() {
        entries.push(owned(&entry?));
        if raw.is_buffer_empty() {
            break;
        }
    }
    Ok(entries)
}

fn owned(entry: &RawDirEntry<'_>) -> Dirent {
    Dirent {
        name: entry.file_name().to_string_lossy().into_owned(),
        ino: entry.ino(),
        next: entry.next_entry_cookie() as i64,
        kind: entry.file_type(),
    }
}

/// All entries from the descriptor's position on.
pub fn read(fd: BorrowedFd<'_>) -> Result<Vec<Dirent>, Errno> {
    read_with(fd, 32 << 10)
}

/// The names in a directory, without `.` and `..`, in order.
pub fn names(fd: BorrowedFd<'_>) -> Result<Vec<String>, Errno> {
    let entries = read(fd)?.into_iter().map(|entry| entry.name);
    Ok(entries.filter(|name| name != "." && name != "..").collect())
}
