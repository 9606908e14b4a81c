// SPDX-License-Identifier: GPL-2.0

//! What of a process only those may see who may trace it, and a look at it.

use std::os::fd::BorrowedFd;

use rustix::fs::{openat, readlinkat, Mode, OFlags};
use rustix::io::Errno;

use crate::dirent;

/// How something is looked at.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Opened for reading.
    Open,
    /// Read.
    Read,
    /// Listed.
    List,
    /// The text of a link.
    Link,
    /// `stat`, which anybody may read: this word of it is 0 for those who may not see more.
    Word(usize),
}

/// Something that is not for everybody.
#[derive(Debug)]
pub struct Restricted {
    /// Below the directory of the process or the thread.
    pub path: &'static str,
    way: Way,
    /// Whether an execve(2) opens it for a moment.
    ///
    /// begin_new_exec() makes the process dumpable while it still has the credentials of before
    /// (fs/exec.c, "Figure out dumpability"): it is its user's until commit_creds(). What procfs
    /// asks under `exec_update_lock`, which execve(2) holds meanwhile, is not touched by that.
    pub opened_by_exec: bool,
}

/// What procfs checks without `exec_update_lock`: by the owner of the file or a ptrace check alone.
const fn restricted(path: &'static str, way: Way) -> Restricted {
    Restricted {
        path,
        way,
        opened_by_exec: true,
    }
}

/// What procfs checks under `exec_update_lock`: mm_access(), lock_trace() and their like.
const fn locked(path: &'static str, way: Way) -> Restricted {
    Restricted {
        path,
        way,
        opened_by_exec: false,
    }
}

/// All of them that procfs keeps from users who may not trace (fs/proc/base.c).
pub const RESTRICTED: &[Restricted] = &[
    locked("environ", Way::Read),
    locked("auxv", Way::Read),
    locked("maps", Way::Read),
    locked("smaps", Way::Read),
    locked("smaps_rollup", Way::Read),
    locked("numa_maps", Way::Read),
    locked("pagemap", Way::Open),
    locked("mem", Way::Open),
    locked("io", Way::Read),
    locked("syscall", Way::Read),
    locked("personality", Way::Read),
    restricted("ksm_stat", Way::Read),
    restricted("fd", Way::List),
    restricted("fdinfo", Way::List),
    restricted("fdinfo/0", Way::Read),
    locked("fd/0", Way::Link),
    locked("exe", Way::Link),
    locked("cwd", Way::Link),
    locked("root", Way::Link),
    locked("exe", Way::Open),
    locked("ns/pid", Way::Link),
    locked("ns/pid", Way::Open),
    // The start of the stack, field 28 of proc(5).
    locked("stat", Way::Word(27)),
];

/// What a look gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// No: for want of rights, or as if there were nothing.
    Refused,
    /// Something.
    Given(Vec<u8>),
    /// Neither: the process is about to be another, for example.
    Nothing(Errno),
}

impl Look {
    /// Whether the look gave something.
    pub fn gives(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}

/// Looks at `path`, which leads to the entry, from a directory.
pub fn look(from: BorrowedFd<'_>, path: &str, entry: &Restricted) -> Look {
    match attempt(from, path, entry.way) {
        Ok(Some(bytes)) => Look::Given(bytes),
        Ok(None) | Err(Errno::ACCESS | Errno::PERM | Errno::NOENT) => Look::Refused,
        Err(error) => Look::Nothing(error),
    }
}

fn attempt(from: BorrowedFd<'_>, path: &str, way: Way) -> rustix::io::Result<Option<Vec<u8>>> {
    let open = || {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        openat(from, path, flags, Mode::empty())
    };
    let read = || {
        let mut buffer = vec![0; 4096];
        let count = rustix::io::read(open()?, &mut buffer)?;
        buffer.truncate(count);
        rustix::io::Result::Ok(buffer)
    };
    Ok(match way {
        Way::Open => {
            open()?;
            Some(b"opened".to_vec())
        }
        Way::Read => Some(read()?),
        Way::List => {
            let names = dirent::names(std::os::fd::AsFd::as_fd(&open()?))?;
            Some(names.join(" ").into_bytes())
        }
        Way::Link => Some(readlinkat(from, path, Vec::new())?.into_bytes()),
        Way::Word(number) => {
            let text = read()?;
            // A name in brackets may have blanks: what is behind it begins with the third word.
            let name = text.iter().rposition(|byte| *byte == b')').unwrap_or(0);
            let mut words = text[name..].split(|byte| *byte == b' ');
            let word = words.nth(number - 1).unwrap_or_default();
            (word != b"0" && !word.is_empty()).then(|| word.to_vec())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn own_restricted_entries_are_given_and_the_stack_is_found_in_stat() {
        let root = openat(rustix::fs::CWD, "/proc/self", OFlags::PATH, Mode::empty()).unwrap();
        let stat = RESTRICTED
            .iter()
            .find(|entry| entry.path == "stat")
            .unwrap();
        let Look::Given(word) = look(root.as_fd(), "stat", stat) else {
            panic!("own stat hides the stack")
        };
        let address: u64 = String::from_utf8(word).unwrap().parse().unwrap();
        assert_eq!(address >> 40, crate::arch::HERE.stack, "{address:#x}");
    }
}
