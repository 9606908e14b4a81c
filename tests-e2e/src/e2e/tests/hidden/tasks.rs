// SPDX-License-Identifier: GPL-2.0

//! `hide=pid/NAME`, `hide=.proc2` and what they take along.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, fstype, snapshot, target_kinds, OWN_ENTRY};
use rustix::fs::{openat, statat, AtFlags, FileType, Mode, OFlags};

use super::super::Test;
use super::ways::Ways;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": rows, rows_of_others, own_directory]
}

pub(super) fn names(root: &OwnedFd, path: &str) -> Result<Vec<(String, FileType)>> {
    let at = At {
        root: root.as_fd(),
        path,
    };
    let fd = at.open(OFlags::RDONLY | OFlags::DIRECTORY);
    let list = dirent::read(fd.with_context(|| path.to_owned())?.as_fd())?;
    Ok(list
        .into_iter()
        .map(|entry| (entry.name, entry.kind))
        .collect())
}

/// The places where a process has its entries: its own, its thread's, by link and by number.
fn places(pid: i32) -> [String; 3] {
    let own = pid as u32 == std::process::id();
    let thread = if own {
        "thread-self".into()
    } else {
        format!("{pid}/task/{pid}")
    };
    [pid.to_string(), format!("{pid}/task/{pid}"), thread]
}

/// Each row hidden by itself: it is gone wherever it stood, the others are as they were, and the
/// number of links goes with it.
fn rows() -> Result<()> {
    let pid = std::process::id() as i32;
    each_row(pid, &places(pid))
}

/// The same of another user's process, whose entries root has cached everywhere.
fn rows_of_others() -> Result<()> {
    let other = target_kinds::plain(proc2_e2e::caller::OTHER)?;
    each_row(other.id(), &places(other.id()))
}

fn each_row(pid: i32, places: &[String; 3]) -> Result<()> {
    let plain = Instance::new(&fstype(), "")?.into_root()?;
    let ways = Ways::new()?;
    let mut all: Vec<String> = Vec::new();
    for place in places {
        // In the other instance they are cached from here on.
        for (name, _) in names(&plain, place)? {
            let path = format!("{place}/{name}");
            statat(&plain, &path, AtFlags::SYMLINK_NOFOLLOW).with_context(|| path.clone())?;
            all.push(name);
        }
    }
    all.retain(|name| ![".", "..", "net"].contains(&name.as_str()));
    all.sort();
    all.dedup();
    ensure!(all.len() > 40, "only {} rows", all.len());
    for row in &all {
        let root = Instance::new(&fstype(), &format!("hide=pid/{row}"))?.into_root()?;
        for place in places {
            let without_threads = row == "task" && place.contains("task");
            let without_threads = without_threads || row == "task" && place == "thread-self";
            let path = format!("{place}/{row}");
            for (way, outcome) in ways.of(root.as_fd(), &path) {
                ensure!(outcome == "ENOENT", "{path}: {way} gives {outcome}");
            }
            if without_threads {
                continue;
            }
            let held = openat(&root, place, OFlags::PATH, Mode::empty())?;
            for (way, outcome) in ways.of(held.as_fd(), row) {
                ensure!(outcome == "ENOENT", "{path}, held: {way} gives {outcome}");
            }
            let before = names(&plain, place)?;
            let mut want = before.clone();
            want.retain(|(name, _)| name != row);
            let got = names(&root, place)?;
            ensure!(
                got == want,
                "hide=pid/{row}: {place} has {got:?}, not {want:?}"
            );
            for (name, kind) in &got {
                let at = At {
                    root: held.as_fd(),
                    path: name,
                };
                ensure!(at.kind() == Ok(*kind), "{place}/{name} is {:?}", at.kind());
            }
            let was_dir = before.contains(&(row.clone(), FileType::Directory));
            let links =
                |root| statat(root, place, AtFlags::empty()).map(|stat| dirent::links(&stat));
            let (had, has) = (links(&plain)?, links(&root)?);
            ensure!(
                had == has + u64::from(was_dir),
                "hide=pid/{row}: {place} has {has} links, and {had} with it"
            );
        }
    }
    // Nothing of that is a matter of the other instance.
    for place in places {
        for (name, kind) in names(&plain, place)? {
            let path = format!("{place}/{name}");
            let at = At {
                root: plain.as_fd(),
                path: &path,
            };
            ensure!(at.kind() == Ok(kind), "elsewhere {path} is {:?}", at.kind());
        }
    }
    println!("  {} rows of {pid}", all.len());
    Ok(())
}

/// `.proc2` goes with what it tells of, and by its own name.
fn own_directory() -> Result<()> {
    let other = Instance::new(&fstype(), "")?;
    let held = openat(&other.root()?, OWN_ENTRY, OFlags::PATH, Mode::empty())?;
    for hidden in [
        "pid/stat",
        "pid/status",
        "pid/cmdline",
        "pid/cgroup",
        OWN_ENTRY,
    ] {
        for subset in ["", "subset=pid,", "subset=container,"] {
            let root = Instance::new(&fstype(), &format!("{subset}hide={hidden}"))?.into_root()?;
            let listed = names(&root, ".")?;
            ensure!(
                !listed.iter().any(|(name, _)| name == OWN_ENTRY),
                "{OWN_ENTRY} is listed with {subset}hide={hidden}"
            );
            for path in [OWN_ENTRY.to_owned(), snapshot::PATH.to_owned()] {
                for (way, outcome) in Ways::new()?.of(root.as_fd(), &path) {
                    ensure!(
                        outcome == "ENOENT",
                        "{subset}hide={hidden}: {path} by {way} gives {outcome}"
                    );
                }
            }
        }
    }
    // Its columns are nothing of these.
    for hidden in [
        "pid/environ",
        "pid/comm",
        "pid/statm",
        "pid/cgroups",
        "stat",
        "cmdline",
    ] {
        let root = Instance::new(&fstype(), &format!("hide={hidden}"))?.into_root()?;
        let rows = snapshot::rows(root.as_fd()).with_context(|| format!("hide={hidden}"))?;
        ensure!(rows.len() > 2, "hide={hidden}: {} rows", rows.len());
    }
    for (hidden, left, gone) in [
        (snapshot::PATH, "threads", "tasks"),
        ("pid/task", "tasks", "threads"),
    ] {
        let root = Instance::new(&fstype(), &format!("hide={hidden}"))?.into_root()?;
        let listed = names(&root, OWN_ENTRY)?;
        let listed: Vec<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
        ensure!(listed == [".", "..", left], "{OWN_ENTRY} has {listed:?}");
        for path in ["", ":pid", "@uid=0"].map(|more| format!("{OWN_ENTRY}/{gone}{more}")) {
            for (way, outcome) in Ways::new()?.of(root.as_fd(), &path) {
                ensure!(outcome == "ENOENT", "{path}: {way} gives {outcome}");
            }
        }
        let file = openat(
            &root,
            format!("{OWN_ENTRY}/{left}"),
            OFlags::RDONLY,
            Mode::empty(),
        )?;
        let text = snapshot::read_on(file.as_fd(), 1 << 20)?;
        ensure!(!text.is_empty(), "hide={hidden}: nothing in {left}");
    }
    let file = openat(&held, "tasks", OFlags::RDONLY, Mode::empty())?;
    let text = snapshot::read_on(file.as_fd(), 1 << 20)?;
    ensure!(!text.is_empty(), "the other instance tells nothing");
    Ok(())
}
