// SPDX-License-Identifier: GPL-2.0

//! Reads every entry of every task of an instance, in whatever way comes up: whole or in pieces,
//! links read and followed, directories in small buffers.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Result};
use fastrand::Rng;
use rustix::fs::{openat, readlinkat, statat, AtFlags, FileType, Mode, OFlags};

use super::board::Board;
use crate::dirent;

/// Reads no more of one file.
const LIMIT: usize = 1 << 16;
/// Directories are nested no deeper: `<pid>/task/<tid>/attr/apparmor`.
const DEPTH: u32 = 5;
/// Long records, read now and then.
const DEAR: &[&str] = &["smaps", "numa_maps", "pagemap", "net"];

/// A look at everything.
pub struct Reader<'a> {
    /// What counts the operations.
    pub board: &'static Board,
    /// Where choices come from.
    pub rng: &'a mut Rng,
}

impl Reader<'_> {
    /// Reads all tasks that the root lists. Refusals and tasks that end are as they should be; an
    /// error is a record of another task than was asked for.
    pub fn all(&mut self, root: BorrowedFd<'_>) -> Result<()> {
        let size = [700, 4096, 32 << 10][self.rng.usize(..3)];
        for entry in dirent::read_with(root, size)? {
            if entry.name.bytes().all(|byte| byte.is_ascii_digit()) && self.board.goes_on() {
                self.task(root, &entry.name)?;
            }
        }
        // The position is at the end: the next look starts over.
        rustix::fs::seek(root, rustix::fs::SeekFrom::Start(0))?;
        Ok(())
    }

    /// Reads one task.
    pub fn task(&mut self, root: BorrowedFd<'_>, pid: &str) -> Result<()> {
        self.board.operations.add(1);
        let Ok(directory) = open_directory(root, pid) else {
            self.board.refused.add(1);
            return Ok(());
        };
        // Many a task ends before all of it has been read.
        self.records(&directory, pid)?;
        self.directory(&directory, DEPTH);
        self.records(&directory, pid)
    }

    /// Reads what says which task it is of.
    fn records(&self, directory: &OwnedFd, pid: &str) -> Result<()> {
        let whole = |name: &str| self.content(directory.as_fd(), name);
        let (status, stat) = (whole("status"), whole("stat"));
        let named = |text: &[u8], line: String| {
            text.is_empty() || String::from_utf8_lossy(text).contains(&line)
        };
        ensure!(
            named(&status, format!("\nPid:\t{pid}\n")),
            "status of {pid} is\n{}",
            String::from_utf8_lossy(&status)
        );
        ensure!(
            stat.is_empty() || stat.starts_with(format!("{pid} (").as_bytes()),
            "stat of {pid} is {}",
            String::from_utf8_lossy(&stat)
        );
        let read = u64::from(!status.is_empty()) + u64::from(!stat.is_empty());
        self.board.records.add(read);
        Ok(())
    }

    fn directory(&mut self, directory: &OwnedFd, depth: u32) {
        let size = [300, 1000, 8 << 10][self.rng.usize(..3)];
        self.board.operations.add(1);
        for entry in dirent::read_with(directory.as_fd(), size).unwrap_or_default() {
            if entry.name == "." || entry.name == ".." {
                continue;
            }
            if DEAR.contains(&entry.name.as_str()) && self.rng.u8(0..8) != 0 {
                continue;
            }
            self.board.operations.add(1);
            match entry.kind {
                FileType::Directory if depth > 0 => {
                    if let Ok(below) = open_directory(directory.as_fd(), &entry.name) {
                        self.directory(&below, depth - 1);
                    }
                }
                FileType::Symlink => self.link(directory.as_fd(), &entry.name),
                _ => drop(self.content(directory.as_fd(), &entry.name)),
            }
        }
    }

    fn link(&mut self, directory: BorrowedFd<'_>, name: &str) {
        let read = readlinkat(directory, name, Vec::new()).is_ok();
        let flags = if self.rng.bool() {
            AtFlags::SYMLINK_NOFOLLOW
        } else {
            AtFlags::empty()
        };
        if statat(directory, name, flags).is_err() || !read {
            self.board.refused.add(1);
        }
    }

    /// What can be read of a file; nothing if it cannot be opened.
    fn content(&self, directory: BorrowedFd<'_>, name: &str) -> Vec<u8> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let Ok(file) = openat(directory, name, flags, Mode::empty()) else {
            self.board.refused.add(1);
            return Vec::new();
        };
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while all.len() < LIMIT {
            match rustix::io::read(&file, &mut buffer) {
                Ok(count @ 1..) => all.extend_from_slice(&buffer[..count]),
                _ => break,
            }
        }
        all
    }
}

fn open_directory(parent: BorrowedFd<'_>, name: &str) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(parent, name, flags, Mode::empty())
}
