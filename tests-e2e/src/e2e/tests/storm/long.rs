// SPDX-License-Identifier: GPL-2.0

//! Many mounts and many short-lived tasks, one after the other: what each leaves behind adds up.
//!
//! With `PROC2_STATE` naming a directory a run goes on where the last one was stopped.

use std::fs::File;
use std::os::fd::AsFd;

use anyhow::{ensure, Result};
use proc2_e2e::child::in_child_with;
use proc2_e2e::mount::{self, options, Instance, Opt};
use proc2_e2e::patience::on_debug_kernel;
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::storm::light_tasks::LightTasks;
use proc2_e2e::storm::progress::Progress;
use proc2_e2e::storm::size::{allow_time, size};
use proc2_e2e::{fstype, is_procfs};
use rustix::io::Errno;

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": long_mounts, long_tasks]
}

fn long_mounts() -> Result<()> {
    let mut lists = vec!["", "hidepid=2", "subset=pid", "hidepid=4,gid=7,subset=pid"];
    if !is_procfs() {
        lists.extend([
            "subset=container,gid=7:8:9,pid1=visible",
            "hide=kcore:sys/kernel:pid/environ,writable=sys/net",
        ]);
    }
    let total = size().of(short(1500), 100_000);
    run("long_mounts", total, 50, |from| {
        for number in from..from + 50 {
            let list = lists[number as usize % lists.len()];
            let mount = mount::detached(&fstype(), &options(list)).map_err(anyhow::Error::from)?;
            let root = mount.as_fd();
            let path = "self/stat";
            let stat = probe::read_all(At { root, path });
            ensure!(!stat.starts_with(b"E"), "{path}: {stat:?}");
            if number % 16 == 0 {
                let place = mount::new_directory()?;
                mount::attach(&mount, &place)?;
                drop(mount);
                drop(Instance { path: place });
            }
            if number % 32 == 8 {
                abroad()?;
            }
        }
        Ok(())
    })
}

/// Mounts as a process whose namespaces and credentials are its own: they go with it and its
/// instances, or something was not given back. The initial ones would hide that.
fn abroad() -> Result<()> {
    let flags = libc::CLONE_NEWUSER | libc::CLONE_NEWPID | libc::CLONE_NEWNS;
    in_child_with(flags, || {
        let own = File::open("/proc/self/ns/pid")?.into();
        let list = || options("hidepid=2,subset=pid");
        let named = || [list(), vec![Opt::Fd("pidns", &own)]].concat();
        for options in [list(), named()] {
            let mount = mount::detached(&fstype(), &options).map_err(anyhow::Error::from)?;
            let root = mount.as_fd();
            let path = "self/stat";
            let stat = probe::read_all(At { root, path });
            ensure!(
                stat.starts_with(b"1 ("),
                "{path} of the first process is {}",
                String::from_utf8_lossy(&stat)
            );
        }
        Ok(())
    })
}

fn long_tasks() -> Result<()> {
    let instances = [
        Instance::new(&fstype(), "")?.into_root()?,
        Instance::new(&fstype(), "hidepid=2,subset=pid")?.into_root()?,
    ];
    let total = size().of(short(4000), 1_000_000);
    run("long_tasks", total, 64, |from| {
        let light_tasks = LightTasks::new(64)?;
        let pids: Vec<i32> = light_tasks.pids().collect();
        for pid in &pids {
            let root = instances[*pid as usize % 2].as_fd();
            let path = format!("{pid}/stat");
            let stat = probe::read_all(At { root, path: &path });
            ensure!(
                stat.starts_with(format!("{pid} (").as_bytes()),
                "{path} is {}",
                String::from_utf8_lossy(&stat)
            );
        }
        // One of them in full, and by another way.
        let one = pids[from as usize / 64 % pids.len()];
        for (root, path) in instances.iter().zip(["fd", "task"]) {
            let (root, path) = (root.as_fd(), format!("{one}/{path}"));
            let listed = probe::listing(At { root, path: &path });
            ensure!(listed.is_ok(), "{path}: {listed:?}");
        }
        drop(light_tasks);
        for pid in [pids[0], one] {
            let path = pid.to_string();
            for root in &instances {
                let root = root.as_fd();
                let kind = At { root, path: &path }.kind();
                ensure!(
                    kind == Err(Errno::NOENT),
                    "{pid} has ended, but is {kind:?}"
                );
            }
        }
        Ok(())
    })
}

/// The short form is a tenth on a kernel that looks for mistakes.
fn short(count: u64) -> u64 {
    match on_debug_kernel() {
        true => count / 10,
        false => count,
    }
}

/// Does `total` of something in steps, from wherever the last run came to.
fn run(
    name: &'static str,
    total: u64,
    step: u64,
    mut work: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    allow_time();
    let mut progress = Progress::load(name)?;
    let mut figures = Figures::new(name);
    let before = KernelObjects::now()?;
    let begun = progress.done;
    let mut result = Ok(());
    // A look at the books now and then finds a leak long before the end.
    let looks = size().whole(3, 50);
    for look in 1..=looks {
        while result.is_ok() && progress.done < (total * look).div_ceil(looks) {
            result = work(progress.done);
            if result.is_ok() {
                progress.done += step;
            }
        }
        result = result.and_then(|()| match look == looks {
            true => before.settle(),
            false => before.settle_counts(),
        });
        if result.is_err() {
            break;
        }
        progress.save()?;
    }
    figures
        .add("done", progress.done)
        .add("this_time", progress.done - begun)
        .add("seconds_in_all", progress.seconds())
        .print(usize::from(result.is_err()));
    result
}
