// SPDX-License-Identifier: GPL-2.0

//! The policy is the superblock's: it goes along with binds, clones and moves, into other
//! namespaces, and below what is mounted upon it.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::module::LoadedWith;
use proc2_e2e::mount::{self, Instance};
use rustix::fs::CWD;
use rustix::mount::{
    mount as mount_old, mount_bind, mount_move, open_tree, unmount, MountFlags, OpenTreeFlags,
    UnmountFlags,
};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::who::{as_container, outcome, step, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::kept":
        in_the_hands_of_a_container, binds_of_a_directory, below_other_mounts,
    ]
}

/// An administrator's instance in a container's namespace: nothing that its root does to it shows
/// more, and none of it lets a full one be mounted.
fn in_the_hands_of_a_container() -> Result<()> {
    let _wide = LoadedWith::new("userns_mounts=3")?;
    let given = Instance::new(&fstype(), "hide=sys/kernel:kcore")?;
    let shown = given.shown()?;
    as_container(|| {
        let place = mount::new_directory()?;
        let hidden = |what: &str| -> Result<()> {
            for path in ["sys/kernel", "sys/kernel/core_pattern", "kcore"] {
                for at in [&given.path, &place] {
                    let found = fs::symlink_metadata(at.join(path)).is_ok();
                    ensure!(!found, "{what}: {}/{path} is there", at.display());
                }
            }
            let full = step(&fstype(), "");
            ensure!(full == "fsmount EPERM", "{what}: a full mount gives {full}");
            Ok(())
        };
        hidden("at first")?;
        for change in [
            "hide=",
            "hide=kcore",
            "subset=pid",
            "hidepid=2",
            "writable=sys",
        ] {
            let done = outcome(mount::reconfigure(&given.path, &mount::options(change)));
            ensure!(done != "ok", "a remount with {change} worked");
            hidden(change)?;
        }
        ensure!(
            mount::shown(&given.path)? == shown,
            "shown as {}",
            mount::shown(&given.path)?
        );
        mount_bind(&given.path, &place).context("bind")?;
        hidden("bound")?;
        let moved = mount::new_directory()?;
        mount_move(&place, &moved).context("move")?;
        mount_move(&moved, &place).context("move back")?;
        hidden("moved")?;
        unmount(&place, UnmountFlags::DETACH)?;
        let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        let clone = open_tree(CWD, &given.path, flags).context("open_tree")?;
        ensure!(
            there(&clone, "sys/kernel") == "ENOENT",
            "a clone shows sys/kernel"
        );
        mount::attach(&clone, &place)?;
        hidden("cloned")?;
        let again = UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWPID;
        // SAFETY: a child process with one thread; namespaces are no memory.
        unsafe { unshare_unsafe(again) }?;
        in_child(|| hidden("unshared again"))
    })
}

/// What is bound of a full instance is no full one, and no way up from what is bound of another.
fn binds_of_a_directory() -> Result<()> {
    let _wide = LoadedWith::new("userns_mounts=3")?;
    for list in ["", "subset=container"] {
        let place = mount::new_directory()?;
        let instance = Instance::new(&fstype(), list)?;
        mount_bind(instance.join("sys"), &place).context("bind of sys")?;
        drop(instance);
        let full = as_container(|| Ok(step(&fstype(), "")))?;
        ensure!(full == "fsmount EPERM", "beside sys of [{list}]: {full}");
        for path in ["../kcore", "kernel/../../kcore", "net/../../../kcore"] {
            let found = fs::symlink_metadata(place.join(path)).is_ok();
            ensure!(!found, "[{list}]: {path} is reached from sys alone");
        }
        let pattern = fs::symlink_metadata(place.join("kernel/core_pattern")).is_ok();
        ensure!(
            pattern == list.is_empty(),
            "[{list}]: core_pattern is there: {pattern}"
        );
        unmount(&place, UnmountFlags::DETACH)?;
    }
    Ok(())
}

/// What somebody mounts on a shown directory, on one that leads and on a task's stays there through
/// listings and shrinking caches, and hides what is below it until it goes.
fn below_other_mounts() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let task = format!("{}/fd", std::process::id());
    let places = ["sys", "sysvipc", &task, "uptime"];
    for place in places {
        let at = instance.join(place);
        if place == "uptime" {
            mount_bind("/dev/null", &at).context("bind")?;
        } else {
            mount_old("none", &at, "tmpfs", MountFlags::empty(), c"").context("tmpfs")?;
            fs::write(at.join("mine"), "")?;
        }
    }
    for _ in 0..3 {
        list(&instance.path, 0)?;
        fs::write("/proc/sys/vm/drop_caches", "2")?;
    }
    for place in places {
        let at = instance.join(place);
        let mine = match place {
            "uptime" => fs::read(&at)?.is_empty(),
            _ => fs::read_dir(&at)?.count() == 1,
        };
        ensure!(mine, "the mount on {place} is gone");
        unmount(&at, UnmountFlags::DETACH)?;
    }
    let shown = [
        "sys/kernel/osrelease",
        "sys/kernel/core_pattern",
        "sysvipc/shm",
        "uptime",
    ];
    let found = shown.map(|path| fs::read(instance.join(path)).map_or(0, |text| text.len()) > 0);
    ensure!(
        found == [true, false, true, true],
        "afterwards: {shown:?} {found:?}"
    );
    Ok(())
}

fn list(directory: &Path, depth: u32) -> Result<()> {
    if depth > 4 {
        return Ok(());
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let is_dir = fs::symlink_metadata(&path).is_ok_and(|stat| stat.is_dir());
        let task = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().iter().all(u8::is_ascii_digit));
        if is_dir && !task {
            list(&path, depth + 1)?;
        }
    }
    Ok(())
}
