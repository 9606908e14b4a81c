// SPDX-License-Identifier: GPL-2.0

//! What a view must show of a control group, worked out from cgroupfs alone.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cgroups::{Group, Tree};

const PAGE: u64 = 4096;

/// The numbers of a file of lines `name number`.
pub fn pairs(text: &str) -> BTreeMap<String, u64> {
    let pair = |line: &str| {
        let (name, number) = line.split_once(' ')?;
        Some((name.to_owned(), number.trim().parse().ok()?))
    };
    text.lines().filter_map(pair).collect()
}

/// The numbers of a `meminfo`, in kilobytes, by name.
pub fn meminfo(text: &str) -> Result<BTreeMap<String, u64>> {
    let line = |line: &str| {
        let (name, rest) = line.split_once(':').with_context(|| line.to_owned())?;
        let number = rest.split_whitespace().next().unwrap_or_default();
        let number = number.parse().with_context(|| line.to_owned())?;
        Ok((name.to_owned(), number))
    };
    text.lines().map(line).collect()
}

/// What of a `meminfo` is not as wanted: what the model says, what no cgroup changes, and else 0.
pub fn other_figures(
    shown: &BTreeMap<String, u64>,
    wanted: &BTreeMap<String, u64>,
) -> Result<Vec<String>> {
    let machine = meminfo(&std::fs::read_to_string("/proc/meminfo")?)?;
    let mut others = Vec::new();
    for (name, shown) in shown {
        let wanted = match wanted.get(name) {
            Some(wanted) => *wanted,
            None if ["VmallocTotal", "Hugepagesize"].contains(&name.as_str()) => machine[name],
            None => 0,
        };
        if *shown != wanted {
            others.push(format!("{name}: {shown} kB, not {wanted}"));
        }
    }
    Ok(others)
}

/// A limit, or the largest number there is where the file says `max`.
fn limit(group: &Group, name: &str) -> Result<u64> {
    let text = group.read(name)?;
    match text.trim() {
        "max" => Ok(u64::MAX),
        number => number.parse().with_context(|| format!("{name}: {text}")),
    }
}

/// The least of a figure on a path.
fn least(path: &[Group], of: impl Fn(&Group) -> Result<u64>) -> Result<u64> {
    let figures = path.iter().map(of).collect::<Result<Vec<_>>>()?;
    Ok(figures.into_iter().min().unwrap_or(u64::MAX))
}

/// The groups on the path in which the memory controller is enabled.
fn with_memory(group: &Group, tree: &Tree) -> Vec<Group> {
    let mut path = group.path_up(tree);
    path.retain(|group| group.path.join("memory.current").exists());
    path
}

/// What `meminfo` must show, in kilobytes, of the names that are known; none if no memory limit below
/// the machine's memory is in the way.
pub fn memory(group: &Group, tree: &Tree, machine: u64) -> Result<Option<BTreeMap<String, u64>>> {
    let path = with_memory(group, tree);
    let Some(own) = path.first() else {
        return Ok(None);
    };
    let total = least(&path, |group| limit(group, "memory.max"))?;
    if total >= machine * 1024 {
        return Ok(None);
    }
    let stat = pairs(&own.read("memory.stat")?);
    let of = |name: &str| stat.get(name).copied().unwrap_or(0);
    let left = |group: &Group, max: u64| -> Result<u64> {
        Ok(max.saturating_sub(limit(group, "memory.current")?))
    };
    let total = total.max(PAGE);
    let free = least(&path, |group| left(group, limit(group, "memory.max")?))?.min(total);
    let soft = least(&path, |group| {
        let max = limit(group, "memory.max")?.min(limit(group, "memory.high")?);
        left(group, max)
    })?;
    let given_back = of("active_file") + of("inactive_file") + of("slab_reclaimable");
    let cached = of("file").min(total - free);
    let reclaimable = of("slab_reclaimable").min(total - free - cached);
    let swap = swap(group, tree)?;
    let values = [
        ("MemTotal", total),
        ("MemFree", free),
        ("MemAvailable", soft.saturating_add(given_back).min(total)),
        ("Buffers", 0),
        ("Cached", cached),
        ("SwapCached", of("swapcached")),
        ("Active", of("active_anon") + of("active_file")),
        ("Inactive", of("inactive_anon") + of("inactive_file")),
        ("Active(anon)", of("active_anon")),
        ("Inactive(anon)", of("inactive_anon")),
        ("Active(file)", of("active_file")),
        ("Inactive(file)", of("inactive_file")),
        ("Unevictable", of("unevictable")),
        ("Mlocked", 0),
        ("SwapTotal", swap.0),
        ("SwapFree", swap.1),
        ("Dirty", of("file_dirty")),
        ("Writeback", of("file_writeback")),
        ("AnonPages", of("anon")),
        ("Mapped", of("file_mapped")),
        ("Shmem", of("shmem")),
        ("KReclaimable", reclaimable),
        ("SReclaimable", reclaimable),
        ("SUnreclaim", of("slab_unreclaimable")),
        ("Slab", reclaimable + of("slab_unreclaimable")),
        ("KernelStack", of("kernel_stack")),
        ("PageTables", of("pagetables")),
        ("SecPageTables", of("sec_pagetables")),
        ("CommitLimit", total + swap.0),
        ("VmallocUsed", of("vmalloc")),
        ("Percpu", of("percpu")),
        ("AnonHugePages", of("anon_thp")),
        ("ShmemHugePages", of("shmem_thp")),
        ("FileHugePages", of("file_thp")),
        ("Zswap", of("zswap")),
        ("Zswapped", of("zswapped")),
        ("Hugetlb", of("hugetlb")),
    ];
    let kilobytes = values.map(|(name, bytes)| (name.to_owned(), bytes / 1024));
    Ok(Some(kilobytes.into()))
}

/// The machine's swap space, and what is free of it, in bytes.
fn machine_swap() -> Result<(u64, u64)> {
    let machine = meminfo(&std::fs::read_to_string("/proc/meminfo")?)?;
    let of = |name: &str| machine.get(name).copied().unwrap_or(0) * 1024;
    Ok((of("SwapTotal"), of("SwapFree")))
}

/// What of the machine's swap space a group may have, and what is free of that, in bytes.
pub fn swap(group: &Group, tree: &Tree) -> Result<(u64, u64)> {
    let (total, free) = machine_swap()?;
    let mut path = with_memory(group, tree);
    // Without swap in the kernel there are no such files.
    path.retain(|group| group.path.join("memory.swap.max").exists());
    let max = least(&path, |group| limit(group, "memory.swap.max"))?;
    if max >= total {
        return Ok((total, free));
    }
    let left = least(&path, |group| {
        let current = limit(group, "memory.swap.current")?;
        Ok(limit(group, "memory.swap.max")?.saturating_sub(current))
    })?;
    Ok((max, left.min(max)))
}

/// The numbers in a list like `0-2,5`.
pub fn list(text: &str) -> Vec<u32> {
    let ranges = text.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse::<u32>().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

/// The CPUs of a group.
pub fn cpus(group: &Group, tree: &Tree) -> Result<Vec<u32>> {
    for group in group.path_up(tree) {
        if let Ok(text) = group.read("cpuset.cpus.effective") {
            return Ok(list(&text));
        }
    }
    online()
}

/// All CPUs that are online.
pub fn online() -> Result<Vec<u32>> {
    let path = Path::new("/sys/devices/system/cpu/online");
    Ok(list(&std::fs::read_to_string(path)?))
}

/// How many CPUs the quota of a group is worth; none if it has none.
pub fn quota(group: &Group, tree: &Tree) -> Option<u64> {
    let worth = |group: Group| {
        let text = group.read("cpu.max").ok()?;
        let (quota, period) = text.trim().split_once(' ')?;
        let (quota, period): (u64, u64) = (quota.parse().ok()?, period.parse().ok()?);
        Some(quota.div_ceil(period).max(1))
    };
    group.path_up(tree).into_iter().filter_map(worth).min()
}
