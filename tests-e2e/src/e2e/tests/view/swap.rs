// SPDX-License-Identifier: GPL-2.0

//! `swaps`, and the swap space in `meminfo`, with a file to swap to.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::Tree;

use super::super::Test;
use super::choice::sized;
use super::memory::{compare, meminfo, viewed, Viewed};
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::swap": none, limited]
}

const HEAD: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

fn none() -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    ensure!(read(&viewed.instance, "swaps")? == HEAD);
    let shown = meminfo(&viewed)?;
    ensure!(
        shown["SwapTotal"] == 0 && shown["SwapFree"] == 0,
        "{shown:?}"
    );
    Ok(())
}

/// A block device over a file in memory.
pub(super) struct Disk {
    pub(super) device: String,
    file: PathBuf,
}

fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("cannot run {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program}: {said}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

impl Disk {
    pub(super) fn new(megabytes: usize) -> Result<Self> {
        proc2_e2e::kernel::need(&["CONFIG_BLK_DEV_LOOP"], "a disk of the test's own")?;
        let file = PathBuf::from(format!("/tmp/proc2-e2e-disk-{}", std::process::id()));
        let mut backing = fs::File::create(&file)?;
        // All of it, and from here: what is made later counts for whoever the disk works for.
        for _ in 0..megabytes {
            backing.write_all(&vec![0; 1 << 20])?;
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let path = file.to_str().context("a path that is no text")?;
        let device = run("losetup", &["--find", "--show", path])?;
        Ok(Self { device, file })
    }

    /// Its numbers, as cgroupfs writes them.
    pub(super) fn numbers(&self) -> Result<String> {
        let device = fs::metadata(&self.device)?.rdev();
        let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
        Ok(format!("{major}:{minor}"))
    }

    /// Reads the first bytes of it. What was read stays in memory as long as the disk is open.
    pub(super) fn read(&self, bytes: usize) -> Result<fs::File> {
        let mut disk = fs::File::open(&self.device)?;
        let mut piece = vec![0; 1 << 20];
        for _ in 0..bytes >> 20 {
            disk.read_exact(&mut piece)?;
        }
        Ok(disk)
    }

    /// Writes the first bytes of it, past the cache, whose writers are nobody's.
    pub(super) fn write(&self, bytes: usize) -> Result<()> {
        let mut disk = fs::OpenOptions::new()
            .write(true)
            .custom_flags(libc::O_DIRECT)
            .open(&self.device)?;
        let piece = vec![b'x'; (1 << 20) + 4096];
        let begins = piece.as_ptr().align_offset(4096);
        for _ in 0..bytes >> 20 {
            disk.write_all(&piece[begins..begins + (1 << 20)])?;
        }
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = run("losetup", &["--detach", &self.device]);
        let _ = fs::remove_file(&self.file);
    }
}

/// Swap space on such a device.
pub(super) struct Swap(Disk);

impl Swap {
    pub(super) fn new(megabytes: usize) -> Result<Self> {
        proc2_e2e::kernel::need(&["CONFIG_SWAP"], "swap space")?;
        let swap = Self(Disk::new(megabytes)?);
        for program in ["mkswap", "swapon"] {
            run(program, &[&swap.0.device])?;
        }
        Ok(swap)
    }
}

impl Drop for Swap {
    fn drop(&mut self) {
        let _ = run("swapoff", &[&self.0.device]);
    }
}

/// The sizes that `swaps` tells, in kilobytes: all, and what is used; none without a line.
fn sizes(viewed: &Viewed) -> Result<Option<(u64, u64)>> {
    let text = read(&viewed.instance, "swaps")?;
    let rest = text.strip_prefix(HEAD).with_context(|| text.clone())?;
    if rest.is_empty() {
        return Ok(None);
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let [name, kind, size, used, priority] = words[..] else {
        anyhow::bail!("{text}");
    };
    ensure!((name, kind, priority) == ("none", "virtual", "0"), "{text}");
    Ok(Some((size.parse()?, used.parse()?)))
}

fn limited() -> Result<()> {
    let _swap = Swap::new(64)?;
    let tree = Tree::new()?;
    let outer = tree.group("a")?;
    let viewed = viewed(sized(&tree, "a/b", 64)?, &[])?;
    for (outer_max, inner_max, wanted) in [
        ("max", "16M", 16),
        ("8M", "16M", 8),
        ("0", "16M", 0),
        ("max", "0", 0),
    ] {
        outer.write("memory.swap.max", outer_max)?;
        viewed.group.write("memory.swap.max", inner_max)?;
        let wanted = (wanted > 0).then_some((wanted << 10, 0));
        let shown = sizes(&viewed)?;
        ensure!(shown == wanted, "{outer_max} above {inner_max}: {shown:?}");
        compare(&viewed, &tree)?;
    }
    // Without a limit of its own: the machine's.
    viewed.group.write("memory.swap.max", "max")?;
    let (total, _) = cgroup_model::swap(&viewed.group, &tree)?;
    ensure!(sizes(&viewed)?.map(|(size, _)| size) == Some(total >> 10));
    // What is swapped out is used.
    viewed.group.write("memory.swap.max", "32M")?;
    let filled = super::memory::fill(&viewed.group, 30)?;
    viewed
        .group
        .write("memory.reclaim", "24M")
        .or_else(|error| {
            // Less was found: what there is counts.
            println!("  {error:#}");
            anyhow::Ok(())
        })?;
    let current: u64 = viewed.group.read("memory.swap.current")?.trim().parse()?;
    ensure!(current > 4 << 20, "only {current} bytes were swapped out");
    let shown = sizes(&viewed)?;
    let used = shown.map_or(0, |(_, used)| used);
    ensure!(
        used.abs_diff(current >> 10) < 1024,
        "{shown:?}, but {current} bytes"
    );
    let memory = meminfo(&viewed)?;
    let shown = memory["SwapTotal"] - memory["SwapFree"];
    ensure!(shown.abs_diff(current >> 10) < 1024, "{memory:?}");
    drop(filled);
    Ok(())
}
