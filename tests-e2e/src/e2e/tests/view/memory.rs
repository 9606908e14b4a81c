// SPDX-License-Identifier: GPL-2.0

//! `meminfo`: limits on the path, what siblings take, clamps, the kernel's lines.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

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
        nothing, lines, under_load, not_enabled]
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
        let other = |(name, wanted): (&String, &u64)| {
            let shown = shown.get(name)?;
            (shown != wanted).then(|| format!("{name}: {shown} kB, not {wanted}"))
        };
        let others: Vec<String> = before.iter().filter_map(other).collect();
        if others.is_empty() {
            return Ok(before.len());
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
    _writer: Sleeper,
    path: std::path::PathBuf,
}

pub(super) fn fill(group: &Group, megabytes: usize) -> Result<Filled> {
    let path = std::path::PathBuf::from(format!(
        "/dev/shm/proc2-e2e-{}-{megabytes}",
        std::process::id()
    ));
    let writer = Sleeper::new(|| {
        group.enter()?;
        let mut file = fs::File::create(&path)?;
        // A piece at a time: what is written from counts too.
        let piece = vec![b'x'; 1 << 20];
        (0..megabytes).try_for_each(|_| file.write_all(&piece).context("filling memory"))
    })?;
    Ok(Filled {
        _writer: writer,
        path,
    })
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

fn below_usage() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    viewed.group.write("memory.swap.max", "0")?;
    let _filled = fill(&viewed.group, 20)?;
    // The kernel would kill for it: nothing is in the group but the file when it is set.
    tree.root_move(&viewed.init)?;
    let view = Instance::new(
        &proc2_e2e::fstype(),
        &format!("cgroup={}", viewed.group.id()?),
    )?;
    viewed.group.write("memory.high", "8M")?;
    let shown = cgroup_model::meminfo(&read(&view, "meminfo")?)?;
    let _ = viewed.group.write("memory.max", "8M");
    let after = cgroup_model::meminfo(&read(&view, "meminfo")?)?;
    for shown in [shown, after] {
        ensure!(shown["MemAvailable"] <= shown["MemTotal"], "{shown:?}");
        ensure!(shown["MemFree"] <= shown["MemTotal"], "{shown:?}");
    }
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

/// However fast memory comes and goes, sums hold.
fn under_load() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let _hog = Sleeper::new_unwatched(|| {
        viewed.group.enter()?;
        fork_with(0, || loop {
            let path = format!("/dev/shm/proc2-e2e-hog-{}", std::process::id());
            let _ = fs::write(&path, vec![b'x'; 16 << 20]);
            let _ = fs::remove_file(&path);
        })?;
        Ok(())
    })?;
    let reads = if proc2_e2e::patience::on_debug_kernel() {
        1_000
    } else {
        10_000
    };
    let mut sizes = std::collections::BTreeSet::new();
    for _ in 0..reads {
        let shown = meminfo(&viewed)?;
        let of = |name: &str| shown[name];
        let used = of("MemFree") + of("Buffers") + of("Cached") + of("SReclaimable");
        ensure!(used <= of("MemTotal"), "{shown:?}");
        ensure!(of("MemAvailable") <= of("MemTotal"), "{shown:?}");
        ensure!(of("MemTotal") == 64 << 10, "{shown:?}");
        sizes.insert(of("MemFree") >> 10);
    }
    viewed.group.kill()?;
    println!("  {reads} reads, free memory of {} sizes", sizes.len());
    ensure!(sizes.len() > 3, "nothing has moved: {sizes:?}");
    Ok(())
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
    Ok(())
}
