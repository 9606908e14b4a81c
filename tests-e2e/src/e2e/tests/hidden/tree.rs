// SPDX-License-Identifier: GPL-2.0

//! All that procfs has of what is no task's, as a walk finds it.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno, OWN_ENTRY};
use rustix::fs::{accessat, statat, Access, AtFlags, FileType, OFlags};

/// Ways that a walk does not take: links lead to a task, and a filesystem is mounted on the last
/// one by whoever looks into it.
const CLOSED: &[&str] = &["sys/fs/binfmt_misc"];

/// One entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: FileType,
    pub(super) links: u64,
    /// What opening a file to write gives in procfs, or access(2) of a directory.
    pub(super) write: String,
    /// The names in a directory, in order.
    pub(super) list: Vec<(String, FileType)>,
}

/// The tree by paths; the root is "".
pub(super) struct Tree {
    pub(super) entries: BTreeMap<String, Entry>,
}

/// The path of a name in a directory.
pub(super) fn below(dir: &str, name: &str) -> String {
    match dir {
        "" => name.into(),
        dir => format!("{dir}/{name}"),
    }
}

/// Whether a name of the root is a matter of tasks.
pub(super) fn of_tasks(dir: &str, name: &str) -> bool {
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    dir.is_empty() && (number || ["self", "thread-self"].contains(&name))
}

/// The path for a system call.
pub(super) fn real(path: &str) -> &str {
    match path {
        "" => ".",
        path => path,
    }
}

/// What is listed in a directory, but for tasks and dots.
pub(super) fn listed(root: BorrowedFd<'_>, path: &str) -> rustix::io::Result<Vec<dirent::Dirent>> {
    let at = At {
        root,
        path: real(path),
    };
    let fd = at.open(OFlags::RDONLY | OFlags::DIRECTORY)?;
    let mut list = dirent::read(fd.as_fd())?;
    list.retain(|entry| entry.name != "." && entry.name != ".." && !of_tasks(path, &entry.name));
    Ok(list)
}

/// What writing gives: opening a file, access(2) of a directory. Nothing is written.
pub(super) fn write_outcome(root: BorrowedFd<'_>, path: &str, kind: FileType) -> String {
    let path = real(path);
    match kind {
        FileType::Directory => {
            let done = accessat(root, path, Access::WRITE_OK, AtFlags::empty());
            errno::show(done, |()| "ok".into())
        }
        _ => {
            let at = At { root, path };
            let done = at.open(OFlags::WRONLY | OFlags::NOFOLLOW);
            errno::show(done, |_| "ok".into())
        }
    }
}

impl Tree {
    /// Walks through procfs.
    pub(super) fn new() -> Result<Self> {
        let procfs = Instance::new("proc", "")?.into_root()?;
        let mut tree = Self {
            entries: BTreeMap::new(),
        };
        tree.walk(procfs.as_fd(), String::new())?;
        Ok(tree)
    }

    fn walk(&mut self, root: BorrowedFd<'_>, path: String) -> Result<()> {
        let stat = statat(root, real(&path), AtFlags::SYMLINK_NOFOLLOW);
        let stat = stat.with_context(|| path.clone())?;
        let kind = FileType::from_raw_mode(stat.st_mode);
        let mut list = Vec::new();
        if kind == FileType::Directory && !CLOSED.contains(&path.as_str()) {
            let names = listed(root, &path).with_context(|| path.clone())?;
            list.extend(names.into_iter().map(|entry| (entry.name, entry.kind)));
        }
        list.retain(|(name, _)| !(path.is_empty() && name == OWN_ENTRY));
        let entry = Entry {
            kind,
            links: dirent::links(&stat),
            write: write_outcome(root, &path, kind),
            list: list.clone(),
        };
        self.entries.insert(path.clone(), entry);
        for (name, _) in list {
            self.walk(root, below(&path, &name))?;
        }
        Ok(())
    }

    /// All paths but the root's.
    pub(super) fn paths(&self) -> Vec<&str> {
        let paths = self.entries.keys().map(String::as_str);
        paths.filter(|path| !path.is_empty()).collect()
    }

    /// All directories.
    pub(super) fn directories(&self) -> Vec<&str> {
        let dirs = self.entries.iter();
        let dirs = dirs.filter(|(_, entry)| entry.kind == FileType::Directory);
        dirs.map(|(path, _)| path.as_str()).collect()
    }
}
