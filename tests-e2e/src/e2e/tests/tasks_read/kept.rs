// SPDX-License-Identifier: GPL-2.0

//! What an open file of tasks keeps, as the memory controller charges it to its reader.

use std::os::fd::AsFd;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::{Group, Tree};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use proc2_e2e::patience::on_debug_kernel;
use proc2_e2e::snapshot::read_on;
use rustix::io::read;
use rustix::process::Resource;

use super::super::many::unlimited;
use super::open;

/// So many that what the kernel has not added up yet counts for little: up to 128 pages for each CPU
/// (`memcg_rstat_updated()` in mm/memcontrol.c), which with two is 512 bytes of each file, twice that between two figures.
const FILES: usize = 2000;

/// Bytes of the kernel's that a file may keep: what it needs to go on (a page for strings, one for the last row, and itself), and
/// what rows add that were not taken yet. A kernel that looks for mistakes takes more for each.
const AT_REST: usize = 10 << 10;
const ROWS: usize = 18 << 10;

/// What the kernel has taken for a group.
fn charged(group: &Group) -> Result<usize> {
    let stat = group.read("memory.stat")?;
    let kernel = stat.lines().find_map(|line| line.strip_prefix("kernel "));
    Ok(kernel
        .context("memory.stat has no line of the kernel")?
        .parse()?)
}

/// What each of some files has been charged with after its opening, some reading, and the rest of it.
pub(super) fn what_was_read_is_not_kept() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("reader")?;
    let instance = Instance::new(&fstype(), "")?;
    let [opened, begun, ended] = in_child(|| {
        unlimited(Resource::Nofile, FILES as u64 + 100)?;
        group.enter()?;
        let before = charged(&group)?;
        let each = |now: usize| now.saturating_sub(before) / FILES;
        let files = (0..FILES)
            .map(|_| open(&instance))
            .collect::<Result<Vec<_>>>()?;
        let opened = each(charged(&group)?);
        for file in &files {
            ensure!(read(file, &mut [0; 100])? == 100, "the file is too short");
        }
        let begun = each(charged(&group)?);
        for file in &files {
            read_on(file.as_fd(), 1 << 16)?;
        }
        Ok([opened, begun, each(charged(&group)?)])
    })?;
    println!("  bytes of each: {opened} when open, {begun} with rows, {ended} at the end");
    ensure!(opened > 2 << 10, "{opened}: it is not charged");
    ensure!(opened <= AT_REST || on_debug_kernel(), "{opened} when open");
    ensure!(
        begun > opened && begun <= opened + ROWS,
        "{begun} with rows"
    );
    ensure!(ended <= opened + 1280, "{ended} at the end");
    Ok(())
}
