// SPDX-License-Identifier: GPL-2.0

//! `subset=container` beside procfs: the names of the list are equal to procfs's, and no other name
//! is there, whatever was done before.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::sweep::Sweep;
use proc2_e2e::{dirent, errno, fstype, kernel};
use rustix::fs::{openat, Mode, OFlags};

use super::super::{normal, Test};
use super::list::CONTAINER;
use super::model::{covers, Fate, Model};
use super::tree::{below, listed, of_tasks, real, Tree};
use super::ways::Ways;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": container, container_equals_procfs, container_numbers]
}

/// Files whose contents are not compared.
fn skipped(path: &str) -> bool {
    // Flushing is a side effect; the link leads to a file of a task, which can be written.
    path.ends_with("/flush") || path == "mounts"
}

/// The names of the list, byte for byte; only what cannot be written is as in a procfs that is
/// mounted read-only.
fn container_equals_procfs() -> Result<()> {
    let oracle = Instance::new("proc", "ro")?.into_root()?;
    let subject = Instance::new(&fstype(), "subset=container")?.into_root()?;
    let mut tally = Tally::default();
    let sweep = Sweep {
        oracle: oracle.as_fd(),
        subject: subject.as_fd(),
        title: "container",
        skip: &skipped,
        normalise: &|path, bytes| normal::global(path, bytes),
    };
    // The last is a link, which leads to a task's.
    let paths = CONTAINER.iter().copied().chain(["self/net"]);
    let mut met = 0;
    for path in paths {
        met += sweep.walk(&mut tally, path);
    }
    println!("  {met} entries");
    ensure!(met > kernel::floor(500), "only {met} entries were met");
    tally.verdict(1500)
}

/// Each name that the list does not have, by each way, at each time.
fn container() -> Result<()> {
    let tree = Tree::new()?;
    let model = Model::container();
    let hidden = |path: &&str| !model.has(path, true);
    let hidden: Vec<&str> = tree.paths().into_iter().filter(hidden).collect();
    println!("  {} hidden names", hidden.len());
    ensure!(
        hidden.len() as u64 > kernel::floor(400),
        "only {} names are hidden",
        hidden.len()
    );
    let instance = Instance::new(&fstype(), "subset=container")?;
    let root = instance.root()?;
    let held = hold(&tree, &model, root.as_fd())?;
    let ways = Ways::new()?;
    let look = |when: &str| -> Result<()> {
        for path in &hidden {
            absent(&ways, root.as_fd(), path, when)?;
            // From the directory nearest to it that is there.
            let (dir, fd) = held
                .iter()
                .filter(|(dir, _)| dir.is_empty() || covers(dir, path))
                .max_by_key(|(dir, _)| dir.len())
                .context("the root is held")?;
            let rest = path[dir.len()..].trim_start_matches('/');
            absent(&ways, fd.as_fd(), rest, &format!("{when}, below {dir}"))?;
        }
        Ok(())
    };
    look("before a listing")?;
    let listed = list_all(root.as_fd(), "")?;
    ensure!(listed > 500, "only {listed} entries were listed");
    look("after a listing")?;
    fs::write("/proc/sys/vm/drop_caches", "2")?;
    look("after drop_caches")
}

fn absent(ways: &Ways, dir: BorrowedFd<'_>, path: &str, when: &str) -> Result<()> {
    for (way, outcome) in ways.of(dir, path) {
        ensure!(outcome == "ENOENT", "{path}, {when}: {way} gives {outcome}");
    }
    Ok(())
}

/// Each directory that is there, held open.
fn hold(tree: &Tree, model: &Model, root: BorrowedFd<'_>) -> Result<Vec<(String, OwnedFd)>> {
    let dirs = tree.directories().into_iter();
    let there = dirs.filter(|dir| dir.is_empty() || model.fate(dir) != Fate::Hidden);
    there
        .map(|dir| {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let fd = openat(root, real(dir), flags, Mode::empty());
            Ok((dir.to_owned(), fd.with_context(|| dir.to_owned())?))
        })
        .collect()
}

/// As `ls -lR` does it; how many entries there were.
fn list_all(root: BorrowedFd<'_>, dir: &str) -> Result<u64> {
    let mut count = 0;
    for entry in listed(root, dir).with_context(|| dir.to_owned())? {
        let path = below(dir, &entry.name);
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        let stat = rustix::fs::statat(root, &path, flags);
        stat.with_context(|| format!("{path} is listed"))?;
        count += 1;
        if entry.kind == rustix::fs::FileType::Directory {
            count += list_all(root, &path)?;
        }
    }
    Ok(count)
}

/// What a listing says of an entry is what stat says, and the order is procfs's.
fn container_numbers() -> Result<()> {
    let tree = Tree::new()?;
    let model = Model::container();
    let root = Instance::new(&fstype(), "subset=container")?.into_root()?;
    let mut count = 0;
    for dir in tree.directories() {
        if !dir.is_empty() && !model.has(dir, true) {
            continue;
        }
        let want = tree.entries[dir].list.iter();
        let want = want.filter(|(name, kind)| {
            let is_dir = *kind == rustix::fs::FileType::Directory;
            !of_tasks(dir, name) && model.has(&below(dir, name), is_dir)
        });
        let want: Vec<&str> = want.map(|(name, _)| name.as_str()).collect();
        for when in ["first", "cached"] {
            let got = listed(root.as_fd(), dir)?;
            let names: Vec<&str> = got.iter().map(|entry| entry.name.as_str()).collect();
            ensure!(names == want, "{dir:?}, {when}: {names:?}, not {want:?}");
            for entry in &got {
                numbered(root.as_fd(), dir, entry)?;
                count += 1;
            }
        }
    }
    ensure!(count > kernel::floor(1000), "only {count} entries");
    Ok(())
}

fn numbered(root: BorrowedFd<'_>, dir: &str, entry: &dirent::Dirent) -> Result<()> {
    let path = below(dir, &entry.name);
    let stat = rustix::fs::statat(root, &path, rustix::fs::AtFlags::SYMLINK_NOFOLLOW);
    let kind = |mode| rustix::fs::FileType::from_raw_mode(mode);
    let got = errno::show(stat, |stat| {
        format!("{} {:?}", stat.st_ino, kind(stat.st_mode))
    });
    let want = format!("{} {:?}", entry.ino, entry.kind);
    ensure!(got == want, "{path}: {got} by stat, {want} in the listing");
    Ok(())
}
