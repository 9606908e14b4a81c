// SPDX-License-Identifier: GPL-2.0

//! `meminfo`: limits on the path, what siblings take, clamps, the kernel's lines.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{self, Group, Tree};
use proc2_e2e::child::{fork_with, Sleeper};
use proc2_e2e::mount::{Instance, Opt};
use proc2_e2e::patience::limit;

use super::super::Test;
use super::choice::sized;
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::memory": least_on_the_path, unlimited, used, siblings, throttled, below_usage,
        available, more_than_ram, nothing, lines, not_enabled]
}

/// A group, a process 1 in it, and its instance.
pub(super) struct Viewed {
    pub(super) group: Group,
    pub(super) init: Sleeper,
    pub(super) instance: Instance,
}

pub(super) fn viewed(group: Group, more: &[Opt<'_>]) -> Result<Viewed> {
    let init = group.init()?;
    let options = [&[Opt::Text("cgroup", "init")], more].concat();
    let instance = cgroups::view_of(&init, &options)?;
    Ok(Viewed {
        group,
        init,
        instance,
    })
}

pub(super) fn meminfo(viewed: &Viewed) -> Result<BTreeMap<String, u64>> {
    cgroup_model::meminfo(&read(&viewed.instance, "meminfo")?)
}

/// The machine's memory, in kilobytes.
pub(super) fn machine() -> Result<u64> {
    let all = cgroup_model::meminfo(&fs::read_to_string("/proc/meminfo")?)?;
    Ok(all["MemTotal"])
}

/// Compares with cgroupfs until nothing moves in between.
pub(super) fn compare(viewed: &Viewed, tree: &Tree) -> Result<usize> {
    let machine = machine()?;
    let mut last = String::new();
    for _ in 0..limit(200) {
        let before = cgroup_model::memory(&viewed.group, tree, machine)?;
        let shown = meminfo(viewed)?;
        let after = cgroup_model::memory(&viewed.group, tree, machine)?;
        let (Some(before), Some(after)) = (before, after) else {
            bail!("no limit is below {machine} kB");
        };
        if before != after {
            continue;
        }
        let others = cgroup_model::other_figures(&shown, &before)?;
        if others.is_empty() {
            return Ok(shown.len());
        }
        last = others.join("; ");
    }
    bail!("the view and cgroupfs differ: {last}")
}

fn least_on_the_path() -> Result<()> {
    let tree = Tree::new()?;
    let outer = tree.group("a")?;
    let viewed = viewed(tree.group("a/b")?, &[])?;
    for (outer_max, inner_max, wanted) in [
        ("256M", "1G", 256),
        ("1G", "256M", 256),
        ("max", "192M", 192),
        ("192M", "max", 192),
    ] {
        outer.write("memory.max", outer_max)?;
        viewed.group.write("memory.max", inner_max)?;
        let total = meminfo(&viewed)?["MemTotal"];
        ensure!(
            total == wanted * 1024,
            "{outer_max} above {inner_max}: {total} kB"
        );
        compare(&viewed, &tree)?;
    }
    Ok(())
}

/// Without a limit below the machine's memory the text is the kernel's.
fn unlimited() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a/b")?, &[])?;
    for max in ["max", "1T"] {
        viewed.group.write("memory.max", max)?;
        let (ours, theirs) = (
            read(&viewed.instance, "meminfo")?,
            fs::read_to_string("/proc/meminfo")?,
        );
        let names = |text: &str| -> Vec<String> {
            let names = text.lines().filter_map(|line| line.split(':').next());
            names.map(str::to_owned).collect()
        };
        ensure!(names(&ours) == names(&theirs), "{ours}");
        let (ours, theirs) = (
            cgroup_model::meminfo(&ours)?,
            cgroup_model::meminfo(&theirs)?,
        );
        for name in [
            "MemTotal",
            "CommitLimit",
            "VmallocTotal",
            "DirectMap4k",
            "Hugepagesize",
        ] {
            ensure!(ours.get(name) == theirs.get(name), "{max}: {name}");
        }
        // What moves by itself is near.
        let (ours, theirs) = (ours["MemFree"], theirs["MemFree"]);
        ensure!(ours.abs_diff(theirs) < 64 * 1024, "{ours} {theirs}");
    }
    Ok(())
}

/// A file in memory, written by a process of the group.
pub(super) struct Filled {
    writer: Sleeper,
    path: std::path::PathBuf,
}

pub(super) fn fill(group: &Group, megabytes: usize) -> Result<Filled> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    let path = std::path::PathBuf::from(format!("/dev/shm/proc2-e2e-{process}-{number}"));
    let writer = Sleeper::new(|| {
        group.enter()?;
        let mut file = fs::File::create(&path)?;
        // A piece at a time: what is written from counts too.
        let piece = vec![b'x'; 1 << 20];
        (0..megabytes).try_for_each(|_| file.write_all(&piece).context("filling memory"))
    })?;
    Ok(Filled { writer, path })
}

impl Drop for Filled {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn used() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let before = meminfo(&viewed)?;
    let _filled = fill(&viewed.group, 40)?;
    let after = meminfo(&viewed)?;
    for name in ["Cached", "Shmem"] {
        let grown = after[name].saturating_sub(before[name]);
        ensure!(
            grown.abs_diff(40 << 10) < 2048,
            "{name} has grown by {grown} kB"
        );
    }
    ensure!(
        after["MemFree"] <= 26 << 10,
        "{} kB are free",
        after["MemFree"]
    );
    compare(&viewed, &tree).map(drop)
}

fn siblings() -> Result<()> {
    let tree = Tree::new()?;
    sized(&tree, "a", 256)?;
    let sibling = tree.group("a/c")?;
    let viewed = viewed(tree.group("a/b")?, &[])?;
    let _filled = fill(&sibling, 200)?;
    let free = meminfo(&viewed)?["MemFree"];
    ensure!(free <= 56 << 10, "{free} kB are free");
    compare(&viewed, &tree).map(drop)
}

fn throttled() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    viewed.group.write("memory.high", "48M")?;
    let _filled = fill(&viewed.group, 23)?;
    let shown = meminfo(&viewed)?;
    ensure!(shown["MemTotal"] == 64 << 10);
    let most = (25 << 10) + shown["SReclaimable"] + shown["Active(file)"] + shown["Inactive(file)"];
    ensure!(shown["MemAvailable"] <= most, "{shown:?}");
    ensure!(shown["MemFree"] > 30 << 10, "{shown:?}");
    compare(&viewed, &tree).map(drop)
}

/// Sets `memory.max` without waiting for memory to be given back, and nobody is killed for it.
fn set_max(group: &Group, max: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(group.path.join("memory.max"))?;
    Ok(file.write_all(max.as_bytes())?)
}

fn below_usage() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    viewed.group.write("memory.swap.max", "0")?;
    let filled = fill(&viewed.group, 20)?;
    for process in [&viewed.init, &filled.writer] {
        tree.root_move(process)?;
    }
    let view = Instance::new(
        &proc2_e2e::fstype(),
        &format!("cgroup={}", viewed.group.id()?),
    )?;
    set_max(&viewed.group, "8M")?;
    let shown = cgroup_model::meminfo(&read(&view, "meminfo")?)?;
    let of = |name: &str| shown[name];
    ensure!(of("MemTotal") == 8 << 10 && of("MemFree") == 0, "{shown:?}");
    // What is there is more than there may be.
    ensure!(
        of("Cached") == 8 << 10 && of("SReclaimable") == 0,
        "{shown:?}"
    );
    ensure!(of("MemAvailable") <= 8 << 10, "{shown:?}");
    Ok(())
}

/// What can be given back is available, but no more than there may be.
fn available() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let size = 20 << 20;
    let disk = super::swap::Disk::new(32)?;
    let reader = Sleeper::new(|| {
        viewed.group.enter()?;
        // As long as the process lives.
        std::mem::forget(disk.read(size)?);
        Ok(())
    })?;
    let shown = compare(&viewed, &tree).and_then(|_| meminfo(&viewed))?;
    let clean = shown["Active(file)"] + shown["Inactive(file)"];
    ensure!(clean >= 19 << 10, "{shown:?}");
    ensure!(
        shown["MemAvailable"] >= shown["MemFree"] + (19 << 10),
        "{shown:?}"
    );
    for process in [&viewed.init, &reader] {
        tree.root_move(process)?;
    }
    let view = Instance::new(
        &proc2_e2e::fstype(),
        &format!("cgroup={}", viewed.group.id()?),
    )?;
    set_max(&viewed.group, "8M")?;
    let shown = cgroup_model::meminfo(&read(&view, "meminfo")?)?;
    ensure!(
        shown["MemAvailable"] == 8 << 10 && shown["MemFree"] == 0,
        "{shown:?}"
    );
    Ok(())
}

/// Swap space is no memory: a limit above the machine's memory is none, however much swap there is.
fn more_than_ram() -> Result<()> {
    let _swap = super::swap::Swap::new(64)?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let ram = machine()?;
    viewed
        .group
        .write("memory.max", &format!("{}K", ram + (16 << 10)))?;
    let shown = meminfo(&viewed)?;
    ensure!(shown["MemTotal"] == ram, "{shown:?}");
    viewed
        .group
        .write("memory.max", &format!("{}K", ram - (16 << 10)))?;
    let shown = meminfo(&viewed)?;
    ensure!(shown["MemTotal"] == ram - (16 << 10), "{shown:?}");
    Ok(())
}

/// Programs divide by the size.
fn nothing() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    let view = Instance::new(&proc2_e2e::fstype(), &format!("cgroup={}", group.id()?))?;
    group.write("memory.max", "0")?;
    let shown = cgroup_model::meminfo(&read(&view, "meminfo")?)?;
    ensure!(shown["MemTotal"] == 4 && shown["MemFree"] <= 4, "{shown:?}");
    Ok(())
}

/// The kernel's names, in its order and columns, each with a number.
fn lines() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let (ours, theirs) = (
        read(&viewed.instance, "meminfo")?,
        fs::read_to_string("/proc/meminfo")?,
    );
    ensure!(ours.lines().count() == theirs.lines().count(), "{ours}");
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        let form = |line: &str| -> Result<(String, bool, usize)> {
            let (name, rest) = line.split_once(':').with_context(|| line.to_owned())?;
            let number = rest.trim_start_matches(' ').trim_end_matches(" kB");
            number.parse::<u64>().with_context(|| line.to_owned())?;
            Ok((name.to_owned(), rest.ends_with(" kB"), line.len()))
        };
        ensure!(
            form(ours)? == form(theirs)?,
            "{ours}, but the kernel has {theirs}"
        );
    }
    Ok(())
}

/// Sums hold in as many reads, and more until something moves, while a program takes memory and gives it back; how many sizes free
/// memory had.
pub(in super::super) fn under_load_for(reads: u64) -> Result<usize> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let path = format!("/dev/shm/proc2-e2e-hog-{}", std::process::id());
    let _hog = Sleeper::new_unwatched(|| {
        viewed.group.enter()?;
        fork_with(0, || loop {
            let _ = fs::write(&path, vec![b'x'; 16 << 20]);
            let _ = fs::remove_file(&path);
        })?;
        Ok(())
    })?;
    let mut sizes = std::collections::BTreeSet::new();
    // On a busy machine the program may not have begun when that many are read.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let mut left = reads;
    while left > 0 || (sizes.len() <= 3 && std::time::Instant::now() < until) {
        left = left.saturating_sub(1);
        let shown = meminfo(&viewed)?;
        let of = |name: &str| shown[name];
        let used = of("MemFree") + of("Buffers") + of("Cached") + of("SReclaimable");
        ensure!(used <= of("MemTotal"), "{shown:?}");
        ensure!(of("MemAvailable") <= of("MemTotal"), "{shown:?}");
        ensure!(of("MemTotal") == 64 << 10, "{shown:?}");
        sizes.insert(of("MemFree") >> 10);
    }
    viewed.group.kill()?;
    let _ = fs::remove_file(&path);
    ensure!(sizes.len() > 3, "nothing has moved: {sizes:?}");
    Ok(sizes.len())
}

/// Without the controller nothing is limited, and the text is the kernel's; times are the group's all
/// the same.
fn not_enabled() -> Result<()> {
    let tree = Tree::new()?;
    let outer = tree.group("a")?;
    let viewed = viewed(outer.plain("b")?, &[])?;
    let names = ["MemTotal", "Hugepagesize"];
    let (ours, theirs) = (
        meminfo(&viewed)?,
        cgroup_model::meminfo(&fs::read_to_string("/proc/meminfo")?)?,
    );
    for name in names {
        ensure!(ours.get(name) == theirs.get(name), "{name}");
    }
    // The parent's counts, as the kernel accounts.
    outer.write("memory.max", "64M")?;
    ensure!(meminfo(&viewed)?["MemTotal"] == 64 << 10);
    let stat = read(&viewed.instance, "stat")?;
    ensure!(super::stat_value(&stat, "ctxt ")? == 0, "{stat}");
    let user = || -> Result<u64> { Ok(super::cpu_rows(&read(&viewed.instance, "stat")?)?[0].1[0]) };
    let before = user()?;
    let _loop = viewed.group.loops(1)?;
    std::thread::sleep(std::time::Duration::from_secs(1));
    let grown = user()? - before;
    ensure!(grown > 20, "a loop has run for {grown} ticks of a second");
    viewed.group.kill()
}
