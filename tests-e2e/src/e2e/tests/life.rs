// SPDX-License-Identifier: GPL-2.0

//! Loading and unloading the module.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::fstype;
use proc2_e2e::module::{
    load, loaded_now, path, registered_now, unload, unload_soon, NoLoader, Reload, NAME as MODULE,
};
use proc2_e2e::mount::{self, Instance};
use rustix::fs::OFlags;
use rustix::mount::{unmount, UnmountFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["life": registered, busy_while_mounted, busy_until_the_last_close, again_and_again,
        unloaded_while_others_fork, unloaded_while_load_is_sampled]
}

fn registered() -> Result<()> {
    ensure!(
        registered_now(),
        "/proc/filesystems has no line \"nodev\\t{}\"",
        fstype()
    );
    ensure!(loaded_now(), "/proc/modules does not have {MODULE}");
    for (field, value) in [("alias", "fs-proc2"), ("license", "GPL")] {
        let output = Command::new("modinfo")
            .args(["-F", field, &path()?])
            .output()
            .context("modinfo")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            text.lines().any(|line| line == value),
            "modinfo -F {field} gives {text:?}, not {value}"
        );
    }
    Ok(())
}

fn busy_while_mounted() -> Result<()> {
    let (_reload, no_loader) = (Reload, NoLoader::new()?);
    let instance = Instance::new(&fstype(), "")?;
    ensure!(
        unload() == Err("EAGAIN".into()),
        "unloading while mounted: {:?}",
        unload()
    );
    ensure!(
        instance.join("self/status").exists(),
        "the refused unloading broke the instance"
    );
    drop(instance);
    unload_soon()?;
    ensure!(
        !loaded_now() && !registered_now(),
        "the module or its type is still listed"
    );
    let Err(refusal) = mount::detached(&fstype(), &[]) else {
        bail!("mounting works without the module")
    };
    ensure!(
        refusal.errno == libc::ENODEV,
        "mounting without the module: {refusal}"
    );
    let slabs = fs::read_to_string("/proc/slabinfo").unwrap_or_default();
    ensure!(!slabs.contains("proc2"), "a slab cache is left behind");
    drop(no_loader);
    load()?;
    Instance::new(&fstype(), "")?;
    Ok(())
}

/// A lazily unmounted instance lives as long as something of it is open.
fn busy_until_the_last_close() -> Result<()> {
    let _reload = Reload;
    for held in [".", "self/status", "self/fd", "meminfo", "sys/kernel"] {
        let instance = Instance::new(&fstype(), "")?;
        let file = rustix::fs::open(
            instance.join(held),
            OFlags::RDONLY,
            rustix::fs::Mode::empty(),
        )?;
        unmount(&instance.path, UnmountFlags::DETACH)?;
        ensure!(
            unload() == Err("EAGAIN".into()),
            "unloading with {held} open: {:?}",
            unload()
        );
        if held == "self/status" {
            let mut buffer = [0; 5];
            ensure!(
                rustix::io::read(&file, &mut buffer)? == 5,
                "the open file cannot be read"
            );
        }
    }
    unload_soon()?;
    load()
}

/// Twenty lives, each with a walk over the whole tree.
fn again_and_again() -> Result<()> {
    let _reload = Reload;
    for _ in 0..20 {
        let instance = Instance::new(&fstype(), "")?;
        let pid = std::process::id();
        for directory in [
            ".",
            "self",
            &format!("{pid}/task/{pid}"),
            "self/fd",
            "self/ns",
            "sys/kernel",
        ] {
            for entry in fs::read_dir(instance.join(directory))? {
                let _ = fs::symlink_metadata(entry?.path());
            }
        }
        fs::read(instance.join("self/stat"))?;
        drop(instance);
        unload_soon()?;
        load()?;
    }
    Ok(())
}

/// Mounts come and go and the module with them, while processes that were looked at end.
fn unloaded_while_others_fork() -> Result<()> {
    let _reload = Reload;
    for _ in 0..15 {
        let instance = Instance::new(&fstype(), "")?;
        let children: Vec<_> = (0..10)
            .map(|_| proc2_e2e::child::Sleeper::new_unwatched(|| Ok(())))
            .collect::<Result<_>>()?;
        for child in &children {
            fs::read(instance.join(format!("{}/stat", child.id())))?;
        }
        // The instance goes first, with dentries of tasks that live; or last, after their end.
        let order: [Box<dyn std::any::Any>; 2] = [Box::new(instance), Box::new(children)];
        drop(order);
        unload_soon()?;
        load()?;
    }
    Ok(())
}

/// Instances whose load averages are made by work of the module's own go, and the module with them:
/// right after, and around the moment of a sample.
fn unloaded_while_load_is_sampled() -> Result<()> {
    const INSTANCES: usize = 200;
    let _reload = Reload;
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    let _loops = group.loops(1)?;
    let number = format!("cgroup={}", group.id()?);
    for round in 0..6 {
        let mounts = (0..INSTANCES).map(|_| mount::detached(&fstype(), &mount::options(&number)));
        let mounts = mounts.collect::<Result<Vec<_>, _>>()?;
        if round % 2 == 1 {
            let watched = Instance::new(&fstype(), &number)?;
            let load = || fs::read_to_string(watched.join("loadavg"));
            let (before, until) = (load()?, Instant::now() + Duration::from_secs(30));
            // The first of many is sampled, others are not yet.
            while load()?.split(' ').next() == before.split(' ').next() {
                ensure!(Instant::now() < until, "the load stands still: {before}");
                std::thread::sleep(Duration::from_micros(200));
            }
        }
        drop(mounts);
        unload_soon()?;
        load()?;
    }
    group.kill()
}
