// SPDX-License-Identifier: GPL-2.0

//! Views while what they show comes and goes: cgroups, limits, tasks that move, CPUs, triggers,
//! instances; and a long look at figures that must not go back.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::cgroups::{self, Group, Tree};
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};

use super::super::view::{self, FILES};
use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": views, view_counters, view_moves, view_sums, view_figures]
}

fn views() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_views");
    let before = KernelObjects::now()?;
    let (bad, operations, mounts) = storm(size().of(150, 3_000))?;
    let settled = before.settle();
    figures
        .add("operations", operations)
        .add("mounts", mounts)
        .print(bad + usize::from(settled.is_err()));
    verdict(bad)?;
    settled
}

/// Goes on until groups have come and gone `quota` times.
fn storm(quota: u64) -> Result<(usize, u64, u64)> {
    let tree = Tree::new()?;
    let stable = tree.group("stable")?;
    stable.write("memory.max", "64M")?;
    let init = stable.init()?;
    let counters = Counters::new()?;
    let mut rng = Rng::with_seed(seed() * 100);
    let mut workers = Workers::new(counters);
    {
        let (tree, init, mut rng) = (&tree, &init, rng.fork());
        workers.work("one who makes groups", move || {
            while counters.rounds.add(1) < quota {
                come_and_go(tree, init, &mut rng)?;
            }
            Ok(())
        })?;
    }
    let lists = ["cgroup=init", "cgroup=init,cpus=quota", "subset=container"];
    // They stay until the workers have ended, who read below their mount points.
    let instances = lists.iter().map(|list| {
        let options = mount::options(list);
        cgroups::view_of(&init, &options)
    });
    let instances = instances.collect::<Result<Vec<_>>>()?;
    let reader = Instance::new(&fstype(), "cgroup=reader")?;
    let watched = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    for (instance, list) in instances.iter().zip(lists) {
        let (mut rng, all) = (rng.fork(), list != "subset=container");
        workers.meanwhile("one who reads", move || {
            read_some(counters, instance, all, &mut rng)
        })?;
    }
    let (own, mut of_reader) = (&reader, rng.fork());
    workers.meanwhile("one who reads what is its own", move || {
        read_some(counters, own, true, &mut of_reader)
    })?;
    let number = format!("cgroup={}", stable.id()?);
    workers.meanwhile("one who mounts", move || {
        for _ in 0..20 {
            counters.mounts.add(1);
            drop(mount::detached(&fstype(), &mount::options(&number))?);
        }
        Ok(())
    })?;
    let waited_for = &watched;
    workers.meanwhile("one who waits for pressure", move || watch(waited_for))?;
    workers.meanwhile("CPUs", take_a_cpu_away)?;
    let bad = workers.finish()?;
    let (operations, texts) = (counters.operations.get(), counters.records.get());
    ensure!(
        bad > 0 || texts * 4 > operations,
        "only {texts} of {operations} reads have given a text"
    );
    Ok((bad, operations, counters.mounts.get()))
}

/// A group with limits, in which process 1 of the instances is for a while.
fn come_and_go(tree: &Tree, init: &Sleeper, rng: &mut Rng) -> Result<()> {
    let depth = rng.usize(1..5);
    let path: Vec<String> = (0..depth).map(|level| format!("g{level}")).collect();
    let group = tree.group(&path.join("/"))?;
    let limits = [
        ("memory.max", format!("{}M", rng.u64(16..2048))),
        ("memory.high", "max".to_owned()),
        ("cpu.max", format!("{} 100000", rng.u64(10_000..300_000))),
        ("cpuset.cpus", rng.u32(0..2).to_string()),
        ("cgroup.pressure", rng.u8(0..2).to_string()),
    ];
    for (name, value) in limits {
        // Where a CPU is gone it is refused.
        let _ = fs::write(group.path.join(name), value);
    }
    let pid = init.id().to_string();
    group.write("cgroup.procs", &pid)?;
    let numbered = format!("cgroup={}", group.id()?);
    let instance = Instance::new(&fstype(), &numbered)?;
    for name in FILES {
        let _ = fs::read(instance.join(name));
    }
    std::thread::sleep(Duration::from_millis(rng.u64(0..20)));
    Group {
        path: tree.top.path.join("stable"),
    }
    .write("cgroup.procs", &pid)?;
    for level in (1..=depth).rev() {
        let path = tree.top.path.join(path[..level].join("/"));
        fs::remove_dir(&path).with_context(|| path.display().to_string())?;
    }
    for name in FILES {
        let error = fs::read(instance.join(name)).map_err(|error| error.raw_os_error());
        ensure!(
            error.as_ref().err() == Some(&Some(libc::ENODEV)),
            "{name} of a group that is gone: {error:?}"
        );
    }
    Ok(())
}

/// Reads files in pieces of any size. What they hold is for other tests; they end, or say why not.
fn read_some(
    counters: &'static Counters,
    instance: &Instance,
    all: bool,
    rng: &mut Rng,
) -> Result<()> {
    for _ in 0..20 {
        counters.operations.add(1);
        let name = FILES[rng.usize(..FILES.len())];
        let path = instance.join(name);
        let mut file = match File::open(&path) {
            // The container list has not all of them.
            Err(error) if !all && error.raw_os_error() == Some(libc::ENOENT) => continue,
            other => other.with_context(|| name.to_owned())?,
        };
        let mut piece = vec![0; rng.usize(1..5000)];
        loop {
            match file.read(&mut piece) {
                Ok(0) => {
                    counters.records.add(1);
                    break;
                }
                Ok(_) => {}
                // Gone, in the root, or switched off: `cgroup.pressure`.
                Err(error) => {
                    let fine = [libc::ENODEV, libc::ESTALE, libc::EOPNOTSUPP];
                    ensure!(
                        error
                            .raw_os_error()
                            .is_some_and(|error| fine.contains(&error)),
                        "{name}: {error}"
                    );
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Triggers on the group that process 1 is in at the moment.
fn watch(instance: &Instance) -> Result<()> {
    use rustix::event::{poll, PollFd, PollFlags, Timespec};
    use std::os::fd::AsFd as _;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(instance.join("pressure/cpu"))?;
    match file.write(b"some 100000 1000000\n") {
        Ok(_) => {}
        Err(error) => {
            let fine = [libc::ENODEV, libc::ESTALE, libc::EOPNOTSUPP];
            ensure!(
                error
                    .raw_os_error()
                    .is_some_and(|error| fine.contains(&error)),
                "a trigger: {error}"
            );
        }
    }
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: 5_000_000,
    };
    poll(
        &mut [PollFd::from_borrowed_fd(file.as_fd(), PollFlags::PRI)],
        Some(&timeout),
    )?;
    Ok(())
}

fn take_a_cpu_away() -> Result<()> {
    let path = Path::new("/sys/devices/system/cpu/cpu1/online");
    if !path.exists() {
        return Ok(());
    }
    for online in ["0", "1"] {
        fs::write(path, online).with_context(|| path.display().to_string())?;
        std::thread::sleep(Duration::from_millis(150));
    }
    Ok(())
}

/// `stat` of a group that runs, beside one that runs elsewhere: no figure of any row goes back.
fn view_counters() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_view_counters");
    let reads = size().of(10_000, 1_000_000);
    let cpus = std::thread::available_parallelism()?.get();
    let moved = view::never_back(usize::try_from(reads)?)?;
    figures
        .add("reads", reads)
        .add("moved", moved)
        .add("cpus", cpus)
        .print(0);
    Ok(())
}

/// `stat` while process 1 moves: what has run and what has not is the time that passed.
fn view_moves() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_view_moves");
    let moves = size().of(1_000, 100_000);
    let reads = view::move_and_read(moves)?;
    figures.add("moves", moves).add("reads", reads).print(0);
    Ok(())
}

/// What is free, cached and available is never more than there is.
fn view_sums() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_view_sums");
    let reads = size().of(10_000, 100_000);
    let sizes = view::sums_hold(reads)?;
    figures.add("reads", reads).add("sizes", sizes).print(0);
    Ok(())
}

/// Figures against cgroupfs.
fn view_figures() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_view_figures");
    let compared = view::compare_random(seed(), size().of(1_000, 100_000))?;
    figures.add("compared", compared).print(0);
    Ok(())
}
