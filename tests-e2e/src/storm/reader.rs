// SPDX-License-Identifier: GPL-2.0

//! Reads every entry of every task of an instance, in whatever way comes up: whole or in pieces,
//! links read and followed, directories in small buffers.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Result};
use fastrand::Rng;
use rustix::fs::{openat, readlinkat, statat, AtFlags, FileType, Mode, OFlags};

use super::counters::Counters;
use crate::dirent;

/// Reads no more of one file.
const LIMIT: usize = 1 << 16;
/// Directories are nested no deeper: `<pid>/task/<tid>/attr/apparmor`.
const DEPTH: u32 = 5;
/// Long records, read now and then.
const DEAR: &[&str] = &["smaps", "numa_maps", "pagemap", "net"];

/// Whose directory it is: of a process, and of one of its threads; none further below.
type Of<'a> = (&'a str, Option<&'a str>);

/// A look at everything.
pub struct Reader<'a> {
    /// What counts the operations.
    pub counters: &'static Counters,
    /// Where choices come from.
    pub rng: &'a mut Rng,
}

impl Reader<'_> {
    /// Reads all tasks that the root lists. Refusals and tasks that end are as they should be; an
    /// error is a record of another task than was asked for.
    pub fn all(&mut self, root: BorrowedFd<'_>) -> Result<()> {
        let size = [700, 4096, 32 << 10][self.rng.usize(..3)];
        let mut tasks = dirent::read_with(root, size)?;
        tasks.retain(|entry| is_number(&entry.name));
        // The newest are those of the storm, and do not live long.
        tasks.reverse();
        if self.rng.bool() {
            self.rng.shuffle(&mut tasks);
        }
        for entry in tasks {
            if self.counters.goes_on() {
                self.task(root, &entry.name)?;
            }
        }
        // The position is at the end: the next look starts over.
        rustix::fs::seek(root, rustix::fs::SeekFrom::Start(0))?;
        Ok(())
    }

    /// Reads one task.
    pub fn task(&mut self, root: BorrowedFd<'_>, pid: &str) -> Result<()> {
        self.counters.operations.add(1);
        let Ok(directory) = open_directory(root, pid) else {
            self.counters.refused.add(1);
            return Ok(());
        };
        self.directory(&directory, DEPTH, (pid, Some(pid)))
    }

    /// Reads what is in a directory, which is that of a process or of one of its threads, or below.
    fn directory(&mut self, directory: &OwnedFd, depth: u32, of: Of<'_>) -> Result<()> {
        let size = [300, 1000, 8 << 10][self.rng.usize(..3)];
        self.counters.operations.add(1);
        for entry in dirent::read_with(directory.as_fd(), size).unwrap_or_default() {
            if entry.name == "." || entry.name == ".." {
                continue;
            }
            if DEAR.contains(&entry.name.as_str()) && self.rng.u8(0..8) != 0 {
                continue;
            }
            self.counters.operations.add(1);
            match entry.kind {
                FileType::Directory if depth > 0 => {
                    if let Ok(below) = open_directory(directory.as_fd(), &entry.name) {
                        let thread = is_number(&entry.name).then_some(entry.name.as_str());
                        self.directory(&below, depth - 1, (of.0, thread))?;
                    }
                }
                FileType::Symlink => self.link(directory.as_fd(), &entry.name),
                _ => {
                    let text = self.content(directory.as_fd(), &entry.name);
                    self.whose(of, &entry.name, &text)?;
                }
            }
        }
        Ok(())
    }

    /// A record that names its task names the one that it was asked of.
    fn whose(&self, (group, thread): Of<'_>, name: &str, text: &[u8]) -> Result<()> {
        let Some(pid) = thread.filter(|_| !text.is_empty()) else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(text);
        let says = |key: &str, number: &str| text.contains(&format!("\n{key}:\t{number}\n"));
        let right = match name {
            // The first number comes from what the file was opened on, the second from the task,
            // which has none once it is reaped.
            "status" => says("Pid", pid) && (says("Tgid", group) || says("Tgid", "0")),
            "stat" => text.starts_with(&format!("{pid} (")),
            _ => return Ok(()),
        };
        ensure!(right, "{name} of {pid} is\n{text}");
        self.counters.records.add(1);
        Ok(())
    }

    fn link(&mut self, directory: BorrowedFd<'_>, name: &str) {
        let read = readlinkat(directory, name, Vec::new()).is_ok();
        let flags = if self.rng.bool() {
            AtFlags::SYMLINK_NOFOLLOW
        } else {
            AtFlags::empty()
        };
        if statat(directory, name, flags).is_err() || !read {
            self.counters.refused.add(1);
        }
    }

    /// What can be read of a file; nothing if it cannot be opened.
    fn content(&self, directory: BorrowedFd<'_>, name: &str) -> Vec<u8> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let Ok(file) = openat(directory, name, flags, Mode::empty()) else {
            self.counters.refused.add(1);
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

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}
