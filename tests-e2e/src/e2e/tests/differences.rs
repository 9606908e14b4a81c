// SPDX-License-Identifier: GPL-2.0

//! The deliberate differences from procfs (design.md, section 7). They are not run on procfs.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use anyhow::{bail, ensure, Result};
use proc2_e2e::caller::{self, ORDINARY};
use proc2_e2e::child::in_child;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::probe::{open_root, At};
use proc2_e2e::{dirent, errno, fstype, target_kinds, OWN_ENTRY};
use rustix::fs::{fstat, OFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["differences": unmapped_gid_is_refused, cached_but_hidden_is_enoent,
        held_thread_directory_is_gated, inode_numbers_are_stable, inode_numbers_are_wide,
        the_root_has_one_entry_more]
}

/// A group without a mapping can exempt nobody: proc2 refuses it where procfs takes it.
fn unmapped_gid_is_refused() -> Result<()> {
    let made = mount::detached(&fstype(), &[Opt::Text("gid", "4294967295")]);
    let Err(refusal) = made else {
        bail!("gid=4294967295 was accepted")
    };
    ensure!(refusal.errno == libc::EINVAL, "{refusal}");
    let named = refusal
        .log
        .iter()
        .any(|line| line.contains("gid") && line.contains("4294967295"));
    ensure!(named, "the log does not name option and value: {refusal}");
    let instance = Instance::new(&fstype(), "gid=7")?;
    let Err(refusal) = instance.reconfigure("gid=4294967295") else {
        bail!("remount accepted it")
    };
    ensure!(refusal.errno == libc::EINVAL, "remount: {refusal}");
    ensure!(
        instance.shown()?.contains("gid=7"),
        "the refused remount changed {}",
        instance.shown()?
    );
    Ok(())
}

/// With `hidepid=ptraceable` a hidden task is ENOENT also where somebody's look has cached it,
/// and whatever the way; a mount that somebody placed on it stays.
fn cached_but_hidden_is_enoent() -> Result<()> {
    let other = target_kinds::plain(caller::OTHER)?;
    let pid = other.id();
    let instance = Instance::new(&fstype(), "hidepid=ptraceable")?;
    let paths: Vec<String> = ["", "/status", "/task", "/fd", "/exe", "/net", "/ns/pid"]
        .iter()
        .map(|rest| format!("{pid}{rest}"))
        .chain([
            format!("{pid}/task/{pid}"),
            format!("{pid}/task/{pid}/stat"),
        ])
        .collect();
    let placed = instance.join(format!("{pid}/ns"));
    rustix::mount::mount(
        "none",
        &placed,
        "tmpfs",
        rustix::mount::MountFlags::empty(),
        c"",
    )?;
    let outcomes = |root: &OwnedFd| -> Vec<(String, String)> {
        let mut all = Vec::new();
        for path in &paths {
            let at = At {
                root: root.as_fd(),
                path,
            };
            let show = |result: rustix::io::Result<OwnedFd>| errno::show(result, |_| "ok".into());
            all.push((
                format!("stat {path}"),
                errno::show(at.kind(), |_| "ok".into()),
            ));
            all.push((format!("O_PATH {path}"), show(at.open(OFlags::PATH))));
            all.push((format!("open {path}"), show(at.open(OFlags::RDONLY))));
        }
        all
    };
    let root = instance.root()?;
    let cached = outcomes(&root)
        .iter()
        .filter(|(_, outcome)| outcome == "ok")
        .count();
    ensure!(cached > 15, "root sees only {cached} of the paths");
    let seen = in_child(|| {
        ORDINARY.become_it()?;
        Ok(outcomes(&root))
    })?;
    let wrong: Vec<_> = seen
        .iter()
        .filter(|(_, outcome)| outcome != "ENOENT")
        .collect();
    ensure!(
        wrong.is_empty(),
        "a user who may see nothing of {pid} gets: {wrong:?}"
    );
    let kind = rustix::fs::statfs(&placed)?.f_type;
    ensure!(
        kind == 0x0102_1994,
        "the mount on {} is gone",
        placed.display()
    );
    Ok(())
}

/// A held descriptor of `task/<tid>` is no way around hidepid.
fn held_thread_directory_is_gated() -> Result<()> {
    let other = target_kinds::plain(caller::OTHER)?;
    let pid = other.id();
    for (mode, want) in [
        ("off", "ok"),
        ("noaccess", "EPERM"),
        ("invisible", "ENOENT"),
        ("ptraceable", "ENOENT"),
    ] {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode}"))?;
        let thread = open_root(&instance.join(format!("{pid}/task/{pid}")))?;
        let got = in_child(|| {
            ORDINARY.become_it()?;
            let opened = At {
                root: thread.as_fd(),
                path: "status",
            }
            .open(OFlags::RDONLY);
            Ok(errno::show(opened, |_| "ok".into()))
        })?;
        ensure!(
            got == want,
            "hidepid={mode}: open below a held task/<tid> gave {got}, not {want}"
        );
    }
    Ok(())
}

/// Inode numbers outlive the inodes, and are the same in a directory and by stat.
fn inode_numbers_are_stable() -> Result<()> {
    let process = target_kinds::threads()?;
    let instance = Instance::new(&fstype(), "")?;
    let numbers = || -> Result<Vec<(String, u64)>> {
        let mut all = Vec::new();
        for directory in ["", "/fd", "/fdinfo", "/ns", "/task"] {
            let directory = instance.join(format!("{}{directory}", process.id()));
            for entry in fs::read_dir(&directory)? {
                let path = entry?.path();
                all.push((
                    path.display().to_string(),
                    fs::symlink_metadata(&path)?.ino(),
                ));
            }
        }
        Ok(all)
    };
    let before = numbers()?;
    ensure!(before.len() > 30, "only {} entries", before.len());
    for _ in 0..3 {
        fs::write("/proc/sys/vm/drop_caches", "2")?;
    }
    let after = numbers()?;
    let changed: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(one, two)| one != two)
        .collect();
    ensure!(changed.is_empty(), "inode numbers changed: {changed:?}");
    let mut distinct: Vec<u64> = before.iter().map(|(_, number)| *number).collect();
    distinct.sort_unstable();
    distinct.dedup();
    ensure!(
        distinct.len() == before.len(),
        "two entries share an inode number: {before:?}"
    );
    Ok(())
}

/// Inode numbers of tasks stay clear of the registry's, which have 32 bits.
fn inode_numbers_are_wide() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    for path in [
        "1",
        "self/status",
        "self/fd",
        "1/task/1",
        "thread-self/comm",
    ] {
        let number = fs::metadata(instance.join(path))?.ino();
        ensure!(
            number > u64::from(u32::MAX),
            "{path} has inode number {number}"
        );
    }
    let fd = open_root(&instance.join("self/fd"))?;
    ensure!(
        fstat(&fd)?.st_ino > u64::from(u32::MAX),
        "self/fd has a small inode number"
    );
    Ok(())
}

/// Beside procfs's entries the root has `.proc2`, which stays out of the listing where that has
/// only tasks.
fn the_root_has_one_entry_more() -> Result<()> {
    for (options, listed) in [("", 1), ("subset=pid", 0), ("hidepid=ptraceable", 1)] {
        let (oracle, subject) = (
            Instance::new("proc", options)?,
            Instance::new(&fstype(), options)?,
        );
        let theirs = dirent::names(oracle.root()?.as_fd())?;
        let ours = dirent::names(subject.root()?.as_fd())?;
        ensure!(
            !theirs.contains(&OWN_ENTRY.into()) && !oracle.join(OWN_ENTRY).exists(),
            "procfs has {OWN_ENTRY}: the name is no longer free"
        );
        let count = ours.iter().filter(|name| *name == OWN_ENTRY).count();
        ensure!(
            count == listed,
            "{options}: {OWN_ENTRY} is listed {count} times"
        );
        let directory = open_root(&subject.join(OWN_ENTRY))?;
        let inside = dirent::names(directory.as_fd())?;
        ensure!(
            inside == ["tasks", "threads"],
            "{options}: {OWN_ENTRY} has {inside:?}"
        );
        let modes = ["", "/tasks", "/threads"].map(|rest| {
            let stat = fs::metadata(subject.join(format!("{OWN_ENTRY}{rest}")));
            stat.map(|stat| {
                (
                    stat.mode(),
                    stat.nlink(),
                    stat.uid(),
                    stat.gid(),
                    stat.len(),
                )
            })
        });
        let [directory, files @ ..] = modes;
        ensure!(
            directory? == (0o040_555, 2, 0, 0, 0),
            "{options}: {OWN_ENTRY}"
        );
        for (file, name) in files.into_iter().zip(&inside) {
            ensure!(
                file? == (0o100_444, 1, 0, 0, 0),
                "{options}: {OWN_ENTRY}/{name}"
            );
        }
        // Not even root makes, changes or writes anything there.
        let path = subject.join(format!("{OWN_ENTRY}/tasks"));
        let refused = [
            fs::write(&path, "x").err(),
            fs::remove_file(&path).err(),
            fs::create_dir(subject.join(format!("{OWN_ENTRY}/new"))).err(),
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).err(),
        ];
        let refused = refused.map(|error| error.and_then(|error| error.raw_os_error()));
        ensure!(
            refused
                == [
                    Some(libc::EPERM),
                    Some(libc::EPERM),
                    Some(libc::ENOENT),
                    Some(libc::EPERM)
                ],
            "{options}: write, unlink, mkdir and chmod give {refused:?}"
        );
    }
    Ok(())
}
