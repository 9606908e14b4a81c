// SPDX-License-Identifier: GPL-2.0

//! Tasks that come, change and go by the thousand, while readers walk every entry of every task
//! through instances with different options, and instances are mounted, remounted and unmounted.

use std::fs;
use std::os::fd::AsFd;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::caller::{self, Caller};
use proc2_e2e::entries;
use proc2_e2e::mount::{self, options, Instance};
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::storm::life::World;
use proc2_e2e::storm::reader::Reader;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};
use proc2_e2e::{fstype, is_procfs};
use rustix::process::{kill_process, waitpid, Pid, Signal, WaitOptions};

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": tasks]
}

/// Processes that a maker has at a time.
const BATCH: usize = 8;

/// When it is enough.
#[derive(Clone, Copy)]
struct Quota {
    tasks: u64,
    /// Records that readers have read: they are slower than those who make tasks.
    records: u64,
}

impl Quota {
    /// Many more tasks than asked for, and still too few records: readers are refused.
    const MOST: u64 = 20;

    fn reached(self, counters: &Counters) -> bool {
        let made = counters.tasks.get();
        made >= self.tasks && counters.records.get() >= self.records
            || made > self.tasks * Self::MOST
    }
}

fn tasks() -> Result<()> {
    allow_time();
    let quota = Quota {
        tasks: size().of(300, 20_000),
        records: size().of(1000, 20_000),
    };
    let mut figures = Figures::new("storm_tasks");
    let before = KernelObjects::now()?;
    let bad = storm(quota, &mut figures)?;
    let settled = before.settle();
    figures.print(bad + usize::from(settled.is_err()));
    verdict(bad)?;
    settled
}

fn storm(quota: Quota, figures: &mut Figures) -> Result<usize> {
    let counters = Counters::new()?;
    let directory = mount::new_directory()?;
    let world = World::new(&directory)?;
    let shared = Instance::new(&fstype(), "hidepid=1")?;
    let mut workers = Workers::new(counters);
    for maker in 0..2 {
        let mut rng = Rng::with_seed(seed() * 10 + maker);
        workers.work("a maker of tasks", || {
            make(counters, &world, &shared, quota, &mut rng)
        })?;
    }
    let readers: [(Caller, &str); 6] = [
        (caller::ROOT, ""),
        (caller::ORDINARY, "hidepid=invisible"),
        (caller::MEMBER, "hidepid=noaccess,gid=4321,subset=pid"),
        (caller::WEAK_ROOT, "hidepid=ptraceable"),
        (caller::ROOT, policy("hide=pid/environ:net/dev:kcore")),
        (
            caller::ORDINARY,
            policy("hidepid=invisible,pid1=visible,subset=container"),
        ),
    ];
    for (number, (caller, list)) in (0..).zip(readers) {
        let instance = Instance::new(&fstype(), list)?;
        let root = instance.root()?;
        let mut rng = Rng::with_seed(seed() * 100 + number);
        let mut became = false;
        workers.meanwhile(caller.name, || {
            if !std::mem::replace(&mut became, true) {
                caller.become_it()?;
            }
            let rng = &mut rng;
            Reader { counters, rng }.all(root.as_fd())
        })?;
        // Unmounted while its reader goes on: the descriptor holds it.
        drop(instance);
    }
    workers.meanwhile("mounts", || mount_and_leave(counters))?;
    workers.meanwhile("remounts", || remount(counters, &shared))?;
    workers.meanwhile("caches", || {
        std::thread::sleep(Duration::from_millis(200));
        Ok(fs::write("/proc/sys/vm/drop_caches", "2")?)
    })?;
    let bad = workers.finish()?;
    figures
        .add("tasks", counters.tasks.get())
        .add("operations", counters.operations.get())
        .add("records", counters.records.get())
        .add("mounts", counters.mounts.get())
        .add("remounts", counters.remounts.get())
        .add("refused", counters.refused.get());
    ensure!(
        counters.operations.get() > quota.tasks,
        "only {} operations were made",
        counters.operations.get()
    );
    ensure!(
        counters.records.get() >= quota.records,
        "only {} records could be read",
        counters.records.get()
    );
    Ok(bad)
}

/// Options that procfs does not know: the type itself passes this storm too.
fn policy(list: &'static str) -> &'static str {
    match is_procfs() {
        true => "",
        false => list,
    }
}

fn make(
    counters: &'static Counters,
    world: &World,
    shared: &Instance,
    quota: Quota,
    rng: &mut Rng,
) -> Result<()> {
    let writes: Vec<_> = entries::storm_writes().collect();
    while !quota.reached(counters) {
        let batch: Vec<Pid> = (0..BATCH)
            .map(|_| world.start(counters, rng.fork()))
            .collect::<Result<_>>()?;
        for pid in &batch {
            let (entry, text) = writes[rng.usize(..writes.len())];
            let path = shared.join(format!("{}/{entry}", pid.as_raw_nonzero()));
            counters.operations.add(1);
            if fs::write(path, text).is_err() {
                counters.refused.add(1);
            }
        }
        std::thread::sleep(Duration::from_millis(rng.u64(0..30)));
        for pid in batch {
            kill_process(pid, Signal::KILL)?;
            waitpid(Some(pid), WaitOptions::empty())?.context("a task vanished")?;
        }
    }
    Ok(())
}

/// Mounts an instance, looks a little, and unmounts it with a file open.
fn mount_and_leave(counters: &'static Counters) -> Result<()> {
    let lists = [
        "",
        "hidepid=2",
        "subset=pid",
        "hidepid=4,subset=pid,gid=7",
        policy("subset=container,hide=sys/net"),
        policy("hide=pid/statm:pid/fd,writable=sys/net"),
    ];
    for list in lists {
        let instance = Instance::new(&fstype(), list)?;
        counters.mounts.add(1);
        let held = fs::File::open(instance.join("self/stat"))?;
        let _ = fs::read_dir(instance.join("1")).map(Iterator::count);
        drop(instance);
        drop(held);
        let detached = mount::detached(&fstype(), &options(list)).map_err(anyhow::Error::from)?;
        counters.mounts.add(1);
        counters.operations.add(2);
        drop(detached);
    }
    Ok(())
}

fn remount(counters: &'static Counters, shared: &Instance) -> Result<()> {
    for hidepid in ["off", "invisible", "ptraceable", "noaccess"] {
        shared.reconfigure(&format!("hidepid={hidepid}"))?;
        counters.remounts.add(1);
        std::thread::sleep(Duration::from_millis(3));
    }
    Ok(())
}
