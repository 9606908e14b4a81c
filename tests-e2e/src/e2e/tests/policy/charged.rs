// SPDX-License-Identifier: GPL-2.0

//! What a policy takes is charged to the control group of whoever mounts, and gone with the
//! instance.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Opt};

use super::super::Test;
use super::limits::values;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::charged": to_the_mounter]
}

/// So many instances, for the counter of a group goes by many pages at a time.
const INSTANCES: usize = 600;
/// Bytes of a long list, and with it the least that one instance's policy takes.
const LONG: usize = 3600;
/// What the counters of each CPU may keep back.
const SLACK: usize = 1 << 20;

/// A control group that memory is charged to.
struct Group {
    tree: PathBuf,
    path: PathBuf,
}

impl Group {
    fn new() -> Result<Self> {
        let tree = mount::cgroups()?;
        fs::write(tree.join("cgroup.subtree_control"), "+memory")
            .context("this kernel has no memory controller")?;
        let path = tree.join("proc2-mounter");
        fs::create_dir(&path)?;
        Ok(Self { tree, path })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.path);
        let _ = fs::write(self.tree.join("cgroup.subtree_control"), "-memory");
    }
}

/// Bytes that a group has been charged.
fn charged(group: &Path) -> Result<usize> {
    let text = fs::read_to_string(group.join("memory.current"))?;
    Ok(text.trim().parse()?)
}

/// What instances with such lists in `hide=` take, charged to a group that somebody else looks at,
/// and what of it is left when they are gone.
fn taken(list: &[String]) -> Result<(usize, usize)> {
    let group = Group::new()?;
    in_child(|| {
        fs::write(group.path.join("cgroup.procs"), "0")?;
        let options: Vec<_> = list.iter().map(|value| Opt::Text("hide", value)).collect();
        let make = || mount::detached(&fstype(), &options).map_err(Into::into);
        // The first one brings what is there once.
        drop(make()?);
        let before = charged(&group.path)?;
        let mounts: Vec<OwnedFd> = (0..INSTANCES).map(|_| make()).collect::<Result<_>>()?;
        let took = charged(&group.path)?.saturating_sub(before);
        drop(mounts);
        let mut left = took;
        // Freed after a grace period.
        for _ in 0..100 {
            left = charged(&group.path)?.saturating_sub(before);
            if left <= SLACK {
                break;
            }
            sleep(Duration::from_millis(100));
        }
        Ok((took, left))
    })
}

fn to_the_mounter() -> Result<()> {
    let (short, _) = taken(&["a".to_owned()])?;
    let (long, left) = taken(&values(LONG))?;
    let least = INSTANCES * LONG - SLACK;
    ensure!(
        long >= short + least,
        "{INSTANCES} instances took {short} bytes with short lists, {long} with long ones: not {least} more"
    );
    ensure!(
        left <= SLACK,
        "{left} of {long} bytes are left when the instances are gone"
    );
    Ok(())
}
