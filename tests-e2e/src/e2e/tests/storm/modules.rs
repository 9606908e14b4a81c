// SPDX-License-Identifier: GPL-2.0

//! The module is loaded and unloaded again and again while instances are mounted, used and left.

use std::os::fd::AsFd;
use std::time::Duration;

use anyhow::{bail, ensure, Result};
use fastrand::Rng;
use proc2_e2e::fstype;
use proc2_e2e::module::{self, NoLoader, Reload};
use proc2_e2e::mount::{self, options};
use proc2_e2e::patience::limit;
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::light_tasks::LightTasks;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};
use rustix::io::Errno;

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": modules]
}

/// Attempts to unload without a success, many times what one takes (about 150, on the debug kernel
/// 5000), after which something holds the module for good, or it does not come back; see [`limit`].
const PATIENCE: u32 = 5000;

fn modules() -> Result<()> {
    allow_time();
    let _reload = Reload;
    let mut figures = Figures::new("storm_modules");
    let no_loader = NoLoader::new()?;
    let bad = storm(size().of(12, 400), &mut figures)?;
    drop(no_loader);
    figures.print(bad);
    verdict(bad)?;
    if !module::loaded_now() {
        module::load()?;
    }
    let mount = mount::detached(&fstype(), &[]).map_err(anyhow::Error::from)?;
    let status = probe::read_all(At {
        root: mount.as_fd(),
        path: "self/status",
    });
    ensure!(status.starts_with(b"Name:"), "self/status after the storm");
    Ok(())
}

/// Goes on until the module was unloaded `quota` times.
fn storm(quota: u64, figures: &mut Figures) -> Result<usize> {
    let counters = Counters::new()?;
    let mut workers = Workers::new(counters);
    workers.work("the one who unloads", || {
        let mut in_vain = 0;
        while counters.rounds.get() < quota {
            match module::unload() {
                Ok(()) => {
                    counters.rounds.add(1);
                    in_vain = 0;
                }
                Err(error) if ["EAGAIN", "EBUSY", "ENOENT"].contains(&error.as_str()) => {
                    counters.busy.add(1);
                    in_vain += 1;
                    ensure!(
                        in_vain < limit(PATIENCE),
                        "unloading: {error} {in_vain} times in a row"
                    );
                    std::thread::sleep(Duration::from_micros(700));
                }
                Err(error) => bail!("unloading: {error}"),
            }
        }
        Ok(())
    })?;
    workers.meanwhile("the one who loads", || {
        match module::try_load()? {
            Ok(()) => {}
            // There already, or on its way in or out.
            Err(Errno::EXIST | Errno::BUSY) => {}
            Err(error) => bail!("loading: {error}"),
        }
        std::thread::sleep(Duration::from_millis(2));
        Ok(())
    })?;
    for user in 0..3 {
        let mut rng = Rng::with_seed(seed() * 1000 + user);
        workers.meanwhile("one who mounts", || use_it(counters, &mut rng))?;
    }
    let bad = workers.finish()?;
    figures
        .add("unloads", counters.rounds.get())
        .add("busy", counters.busy.get())
        .add("mounts", counters.mounts.get())
        .add("mounts_refused", counters.refused.get())
        .add("tasks", counters.tasks.get())
        .add("operations", counters.operations.get());
    ensure!(
        counters.mounts.get() > quota,
        "hardly any mount was in flight"
    );
    Ok(bad)
}

/// Mounts if there is something to mount, looks at tasks that end meanwhile, and leaves.
fn use_it(counters: &'static Counters, rng: &mut Rng) -> Result<()> {
    let lists = [
        "",
        "hidepid=2",
        "subset=pid",
        "subset=container",
        "hide=kcore:pid/environ,pid1=visible",
    ];
    let list = lists[rng.usize(..lists.len())];
    let mount = match mount::detached(&fstype(), &options(list)) {
        Ok(mount) => mount,
        Err(refusal) if refusal.errno == libc::ENODEV => {
            counters.refused.add(1);
            std::thread::sleep(Duration::from_millis(1));
            return Ok(());
        }
        Err(refusal) => bail!("mounting: {refusal}"),
    };
    counters.mounts.add(1);
    let light_tasks = LightTasks::new(4)?;
    counters.tasks.add(4);
    for pid in light_tasks.pids() {
        let path = format!("{pid}/stat");
        let root = mount.as_fd();
        let stat = probe::read_all(At { root, path: &path });
        counters.operations.add(1);
        ensure!(
            stat.starts_with(format!("{pid} (").as_bytes()),
            "{path} is {}",
            String::from_utf8_lossy(&stat)
        );
    }
    // The instance goes first, with dentries of tasks that live; or last, after their end.
    if rng.bool() {
        drop(mount);
        // What nobody uses can be unloaded for a moment.
        std::thread::sleep(Duration::from_millis(rng.u64(0..8)));
    }
    drop(light_tasks);
    Ok(())
}
