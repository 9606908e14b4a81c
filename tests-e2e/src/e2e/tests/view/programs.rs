// SPDX-License-Identifier: GPL-2.0

//! Programs that people run in containers, with a view on `/proc`: what they say of memory and CPUs
//! is the container's.

use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{Group, Tree};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount;

use super::super::Test;
use super::choice::sized;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::programs": free, top, vmstat, ps, uptime, getconf, without_memory, swapon]
}

/// What a program prints in a container of 64 MB and one CPU.
fn in_container(program: &str, arguments: &[&str]) -> Result<String> {
    in_container_with("1", program, arguments)
}

/// The same with these CPUs.
fn in_container_with(cpus: &str, program: &str, arguments: &[&str]) -> Result<String> {
    let tree = Tree::new()?;
    let group: Group = sized(&tree, "a", 64)?;
    group.write("memory.swap.max", "0")?;
    group.write("cpuset.cpus", cpus)?;
    looking_at(&group, true, program, arguments)
}

/// What a program prints that has the group's figures in `/proc`, and is in the group or not.
fn looking_at(group: &Group, inside: bool, program: &str, arguments: &[&str]) -> Result<String> {
    let number = group.id()?;
    in_child(|| {
        mount::own_namespace()?;
        let options = format!("cgroup={number}");
        let view = mount::detached(&fstype(), &mount::options(&options))?;
        if inside {
            group.enter()?;
        }
        mount::attach(&view, std::path::Path::new("/proc"))?;
        let output = Command::new(program)
            .args(arguments)
            .env("LC_ALL", "C")
            .output();
        let output = output.with_context(|| format!("cannot run {program}"))?;
        ensure!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    })
}

fn free() -> Result<()> {
    let text = in_container("free", &["-k"])?;
    let memory = text.lines().find_map(|line| line.strip_prefix("Mem:"));
    let memory = memory.context("no line of memory")?;
    let figures: Vec<u64> = memory
        .split_whitespace()
        .map_while(|word| word.parse().ok())
        .collect();
    ensure!(figures[0] == 64 << 10, "{text}");
    ensure!(
        figures[1..].iter().all(|figure| *figure <= 64 << 10),
        "{text}"
    );
    let swap = text.lines().find_map(|line| line.strip_prefix("Swap:"));
    let swap = swap
        .context("no line of swap")?
        .split_whitespace()
        .collect::<Vec<_>>();
    ensure!(swap == ["0", "0", "0"], "{text}");
    Ok(())
}

fn top() -> Result<()> {
    top_shows(&[1])
}

/// That `top -1` draws the rows of these CPUs, and no others.
pub(super) fn top_shows(cpus: &[u32]) -> Result<()> {
    let set: Vec<String> = cpus.iter().map(u32::to_string).collect();
    let words = ["-b", "-n2", "-d0.3", "-1", "-w", "100"];
    let text = in_container_with(&set.join(","), "top", &words)?;
    // Two of them may stand in one line.
    let rows = text.split("%Cpu").skip(1);
    let rows = rows.filter_map(|row| row.split([' ', ':']).next()?.parse().ok());
    let shown: Vec<u32> = rows.collect();
    // It draws twice.
    ensure!(shown == [cpus, cpus].concat(), "{shown:?}: {text}");
    let memory = text.lines().find(|line| line.starts_with("MiB Mem"));
    ensure!(
        memory.is_some_and(|line| line.contains("64.0 total")),
        "{text}"
    );
    Ok(())
}

fn vmstat() -> Result<()> {
    let text = in_container("vmstat", &["1", "2"])?;
    let rows = text
        .lines()
        .skip(2)
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    for row in rows {
        // free, buff, cache; us, sy, id, wa, st.
        let free: u64 = row[3].parse()?;
        ensure!(free <= 64 << 10, "{text}");
        let shares = row[12..17].iter().map(|word| Ok(word.parse()?));
        let shares = shares.collect::<Result<Vec<u64>>>()?;
        ensure!(shares.iter().all(|share| *share <= 100), "{text}");
    }
    Ok(())
}

fn ps() -> Result<()> {
    let text = in_container("ps", &["-o", "pid,pmem,etimes", "-p", "1"])?;
    let row = text.lines().nth(1).context("no row")?;
    let words: Vec<&str> = row.split_whitespace().collect();
    let share: f64 = words[1].parse()?;
    ensure!((0.0..=100.0).contains(&share), "{text}");
    let seconds: u64 = words[2].parse()?;
    ensure!(seconds < 7 * 24 * 3600, "{text}");
    // One that has just begun has not begun in the future.
    let text = in_container("sh", &["-c", "ps -o etimes= -p $$"])?;
    let seconds: u64 = text.trim().parse().with_context(|| text.clone())?;
    ensure!(seconds < 60, "{text}");
    Ok(())
}

/// What little runs in it.
fn uptime() -> Result<()> {
    let text = in_container("uptime", &[])?;
    let load = text.split("load average: ").nth(1).context("no load")?;
    let minute: f64 = load.split(',').next().unwrap_or_default().trim().parse()?;
    ensure!(minute < 0.3, "{text}");
    Ok(())
}

/// The C library goes by /sys for the number of CPUs that are online, and by sysinfo(2) for memory:
/// that is not covered, and the page says so.
fn getconf() -> Result<()> {
    let text = in_container("nproc", &[])?;
    ensure!(text.trim() == "1", "{text}");
    let online = in_container("getconf", &["_NPROCESSORS_ONLN"])?;
    ensure!(online.trim() != "1", "{online}");
    Ok(())
}

/// Programs divide by the size of memory, and by what was used of a CPU.
fn without_memory() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    group.write("memory.max", "0")?;
    let text = looking_at(&group, false, "cat", &["/proc/meminfo"])?;
    ensure!(cgroup_model::meminfo(&text)?["MemTotal"] == 4, "{text}");
    for (program, arguments) in [
        ("ps", &["aux"][..]),
        ("free", &[]),
        ("vmstat", &[]),
        ("top", &["-b", "-n1"]),
    ] {
        let text = looking_at(&group, false, program, arguments)?;
        ensure!(text.lines().count() > 1, "{program}: {text}");
    }
    Ok(())
}

/// A line of swap space that is no device's.
fn swapon() -> Result<()> {
    let _swap = super::swap::Swap::new(64)?;
    let tree = Tree::new()?;
    let group = sized(&tree, "a", 64)?;
    for (max, wanted) in [("16M", "none virtual 16777216 0 0"), ("0", "")] {
        group.write("memory.swap.max", max)?;
        let words = ["--show=NAME,TYPE,SIZE,USED,PRIO", "--noheadings", "--bytes"];
        let text = looking_at(&group, true, "swapon", &words)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(text == wanted, "with {max}: {text:?}");
    }
    Ok(())
}
