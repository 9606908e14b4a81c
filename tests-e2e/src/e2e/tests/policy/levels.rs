// SPDX-License-Identifier: GPL-2.0

//! The module's parameter `userns_mounts`: what mounters without privilege may have at most; and
//! why its default is less than what procfs allows them.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::in_child_with;
use proc2_e2e::module::{try_load_with, unload_soon, LoadedWith, Reload};
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::{errno, fstype};
use rustix::mount::{mount as mount_old, mount_move, unmount, MountFlags, UnmountFlags};

use super::super::Test;
use super::who::{
    as_container, become_root_of_a_namespace, give_up_all, made, mounts, step, write_back,
};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::levels":
        each, default_is_the_container_list, not_a_number, a_runtime_without_pivot_root,
        a_runtime_with_pivot_root, a_locked_mount_below,
    ]
}

/// What is asked for, and the level from which on somebody without privilege gets it, if at any.
const ASKED: &[(&str, u8)] = &[
    ("subset=pid", 1),
    ("subset=pid,hide=pid/environ,hidepid=4", 1),
    ("subset=pid,show=meminfo", 2),
    ("subset=container", 2),
    ("subset=container,hide=net", 2),
    ("subset=pid,subset=container", 2),
    ("", 3),
    ("hidepid=2", 3),
    ("subset=pid,show=kcore", NEVER),
    ("hide=kcore", NEVER),
    ("subset=container,writable=none", NEVER),
];
const NEVER: u8 = u8::MAX;

/// Mounts all that is asked for, by root of a user namespace that sees a full instance, and by an
/// administrator.
fn ask(level: u8) -> Result<()> {
    let _visible = Instance::new(&fstype(), "")?;
    let lists = || ASKED.iter().map(|(list, _)| made(list)).collect::<Vec<_>>();
    let got = as_container(|| Ok(lists()))?;
    for ((list, from), got) in ASKED.iter().zip(got) {
        let want = if level >= *from {
            "ok"
        } else {
            "create EPERM: "
        };
        ensure!(
            got.starts_with(want),
            "userns_mounts={level}, [{list}] without privilege: {got}, expected {want}"
        );
        let by_level = *from != NEVER && want != "ok";
        ensure!(
            got.contains("userns_mounts") == by_level,
            "userns_mounts={level}, [{list}]: the sentence is {got}"
        );
    }
    let got = lists();
    ensure!(
        got.iter().all(|got| got == "ok"),
        "userns_mounts={level}, an administrator: {got:?}"
    );
    Ok(())
}

fn each() -> Result<()> {
    for level in 0..=3 {
        let _level = LoadedWith::new(&format!("userns_mounts={level}"))?;
        ask(level)?;
    }
    Ok(())
}

fn default_is_the_container_list() -> Result<()> {
    ask(2)
}

/// What is no number of a level does not load, rather than mean anything.
fn not_a_number() -> Result<()> {
    unload_soon()?;
    let _reload = Reload;
    for value in ["4", "255", "256", "-1", "x", "", "2x"] {
        let got = errno::show(try_load_with(&format!("userns_mounts={value}"))?, |()| {
            "ok".into()
        });
        ensure!(got != "ok", "userns_mounts={value} was taken");
    }
    Ok(())
}

/// How a runtime makes a directory the root, as its last step.
type Enter = fn(&Path) -> Result<()>;

/// As runc and crun do where the root is the initramfs: the host's mounts stay, below and out of
/// sight, and those of the type `proc` are unmounted by name.
fn by_chroot(root: &Path) -> Result<()> {
    for (_, place) in mounts()?.iter().rev().filter(|(kind, _)| kind == "proc") {
        unmount(place.as_str(), UnmountFlags::DETACH).with_context(|| place.clone())?;
    }
    std::env::set_current_dir(root)?;
    mount_move(root, "/").context("moving the root")?;
    rustix::process::chroot(".").context("chroot")
}

/// As they do everywhere else: nothing of the host's mounts stays.
fn by_pivot_root(root: &Path) -> Result<()> {
    std::env::set_current_dir(root)?;
    rustix::process::pivot_root(".", ".").context("pivot_root")?;
    unmount(".", UnmountFlags::DETACH).context("unmounting the old root")
}

/// Replays a container runtime. Gives what a full mount and a write of core_pattern are then to the
/// container's uid 0 without capabilities.
fn enter(by: Enter) -> Result<[String; 2]> {
    in_child_with(libc::CLONE_NEWNS, || {
        // Of the host: a full instance, somewhere.
        let host = mount::new_directory()?;
        mount::attach(&mount::detached(&fstype(), &[])?, &host)?;
        // The runtime: a root with an instance of its own in it.
        let root = mount::new_directory()?;
        mount_old("none", &root, "tmpfs", MountFlags::empty(), c"").context("the root")?;
        fs::create_dir(root.join("proc"))?;
        let none = MountFlags::empty();
        mount_old(
            "proc2",
            root.join("proc"),
            fstype(),
            none,
            c"subset=container",
        )?;
        let spare = mount::detached("proc", &[])?;
        by(&root)?;
        std::env::set_current_dir("/")?;
        let there = ["/proc/self/stat", "/proc/kcore", "/../proc/kcore"];
        let there = there.map(|path| Path::new(path).exists());
        ensure!(there == [true, false, false], "in the container: {there:?}");
        // The container's program.
        give_up_all()?;
        become_root_of_a_namespace(&spare)?;
        drop(spare);
        proc2_e2e::child::in_child(|| {
            let full = mount::detached(&fstype(), &[]);
            let written = match &full {
                Ok(full) => write_back(full, "sys/kernel/core_pattern"),
                Err(_) => "not mounted".into(),
            };
            Ok([super::who::outcome(full), written])
        })
    })
}

/// With what procfs allows, a host's instance that is left behind makes a full one possible in the
/// container, and by that a program that the kernel runs as the host's root; hence the default.
fn a_runtime_without_pivot_root() -> Result<()> {
    let [full, written] = enter(by_chroot)?;
    ensure!(
        full.starts_with("create EPERM: ") && written == "not mounted",
        "by default a full mount in the container: {full}, core_pattern {written}"
    );
    let got = as_container(|| Ok(step(&fstype(), "subset=container")))?;
    ensure!(got == "ok", "subset=container: {got}");
    let _wide = LoadedWith::new("userns_mounts=3")?;
    let got = enter(by_chroot)?;
    ensure!(
        got == ["ok", "written"],
        "with userns_mounts=3 the runtime's steps give {got:?}: the test shows nothing"
    );
    Ok(())
}

/// With pivot_root(2), nothing of the host's is left that could make a full mount possible.
fn a_runtime_with_pivot_root() -> Result<()> {
    for level in [2, 3] {
        let _level = LoadedWith::new(&format!("userns_mounts={level}"))?;
        let [full, written] = enter(by_pivot_root)?;
        ensure!(
            full.contains("EPERM") && written == "not mounted",
            "userns_mounts={level}, a full mount in the container: {full}, core_pattern {written}"
        );
    }
    Ok(())
}

/// What is mounted over a part of a full instance, and cannot be unmounted in a user namespace,
/// makes it one that is not fully visible; an instance of the container list asks for none.
fn a_locked_mount_below() -> Result<()> {
    let _wide = LoadedWith::new("userns_mounts=3")?;
    for (over, want) in [
        (None, "ok"),
        (Some("sys"), "EPERM"),
        (Some("uptime"), "EPERM"),
    ] {
        let got = in_child_with(libc::CLONE_NEWNS, || {
            let instance = Instance::new(&fstype(), "")?;
            let place = over.map(|name| instance.path.join(name));
            match over {
                Some("sys") => mount_old(
                    "none",
                    place.as_ref().context("sys")?,
                    "tmpfs",
                    MountFlags::empty(),
                    c"",
                )?,
                Some(_) => {
                    rustix::mount::mount_bind("/dev/null", place.as_ref().context("uptime")?)?
                }
                None => {}
            }
            as_container(|| {
                let locked = place.map(|place| unmount(&place, UnmountFlags::DETACH));
                Ok([
                    locked.map_or("none".into(), |done| errno::show(done, |()| "gone".into())),
                    made(""),
                    made("subset=container"),
                ])
            })
        })?;
        let locked = if over.is_some() { "EINVAL" } else { "none" };
        ensure!(
            got[0] == locked && got[1].contains(want) && got[2] == "ok",
            "with a mount over {over:?}: {got:?}"
        );
    }
    Ok(())
}
