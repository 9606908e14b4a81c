// SPDX-License-Identifier: GPL-2.0

//! The `/proc` of containers: an instance of proc2 with the container list, beside a procfs that is covered by mounts as runc covers
//! it for the lists that container engines write.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use super::clock::{median, Meter};
use super::fixture::{both, Side};
use super::slab;
use anyhow::{Context as _, Result};
use proc2_bench::{Group, Row, Target};
use proc2_runtime::lists::{MASKED, MASKED_BY_SOME, READONLY};
use rustix::fs::{open, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{mount, mount_bind, mount_bind_recursive, mount_remount, MountFlags};
use rustix::thread::{move_into_link_name_space, unshare_unsafe, LinkNameSpaceType, UnshareFlags};

/// From so many containers on their memory is more than what moves by itself.
const MANY: usize = 100;

/// Where the measuring process is, and each container has its `/proc`.
struct Home {
    namespace: OwnedFd,
    place: String,
}

/// A container: a mount namespace, as long as this is there.
struct Container {
    _namespace: OwnedFd,
    /// What making its `/proc` cost.
    cost: u64,
    /// How many mounts that is.
    mounts: usize,
}

fn namespace() -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    open("/proc/self/ns/mnt", flags, Mode::empty()).context("the mount namespace")
}

impl Home {
    fn new() -> Result<Self> {
        let place = std::env::current_dir()?.join("container");
        fs::create_dir_all(&place)?;
        Ok(Self {
            namespace: namespace()?,
            place: place.display().to_string(),
        })
    }

    /// Goes there again.
    fn back(&self) -> Result<()> {
        let here = std::env::current_dir()?;
        move_into_link_name_space(self.namespace.as_fd(), Some(LinkNameSpaceType::Mount))?;
        Ok(std::env::set_current_dir(here)?)
    }

    /// A container with a `/proc`, or with none.
    fn container(&self, side: Option<Side>) -> Result<Container> {
        let meter = Meter::long();
        // SAFETY: a namespace for mounts is no memory, and there is one thread.
        unsafe { unshare_unsafe(UnshareFlags::NEWNS)? };
        let (cost, made) = meter.count(|| side.map_or(Ok(()), |side| proc_of(side, &self.place)));
        let table = made.and_then(|()| Ok(fs::read_to_string("/proc/self/mountinfo")?));
        let own = namespace();
        self.back()?;
        let ours = |line: &&str| line.contains(&self.place);
        Ok(Container {
            _namespace: own?,
            cost,
            mounts: table?.lines().filter(ours).count(),
        })
    }

    fn containers(&self, side: Option<Side>, count: usize) -> Result<Vec<Container>> {
        (0..count).map(|_| self.container(side)).collect()
    }

    /// Bytes of slab for each of so many.
    fn bytes(&self, side: Option<Side>, count: usize) -> Result<f64> {
        let before = slab::bytes(|_| true)?;
        let _containers = self.containers(side, count)?;
        Ok((slab::bytes(|_| true)? - before) / count as f64)
    }
}

/// Mounts it, covered where that is needed.
fn proc_of(side: Side, place: &str) -> Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    if side == Side::Proc2 {
        return Ok(mount("proc2", place, "proc2", flags, c"subset=container")?);
    }
    mount("proc", place, "proc", flags, c"")?;
    for name in READONLY {
        let path = format!("{place}/{name}");
        match mount_bind_recursive(&path, &path) {
            // Not every kernel has every name.
            Err(Errno::NOENT) => {}
            bound => {
                bound?;
                mount_remount(&path, MountFlags::BIND | MountFlags::RDONLY | flags, c"")?;
            }
        }
    }
    for name in MASKED.iter().chain(MASKED_BY_SOME) {
        let path = format!("{place}/{name}");
        match mount_bind("/dev/null", &path) {
            Err(Errno::NOENT) => {}
            Err(Errno::NOTDIR) => mount("tmpfs", &path, "tmpfs", MountFlags::RDONLY, c"")?,
            bound => bound?,
        }
    }
    Ok(())
}

fn row(what: &str, count: usize, (proc2, procfs): (f64, f64)) -> Row {
    Row {
        group: Group::Container,
        name: format!("{what}, {count} containers"),
        proc2,
        procfs,
        floor: None,
        target: Some(Target::Share(1.0)),
    }
}

/// Measures with so many containers.
pub(crate) fn measure(count: usize) -> Result<Vec<Row>> {
    let home = Home::new()?;
    let mounts = both(|side| Ok(home.container(Some(side))?.mounts as f64))?;
    let instructions = both(|side| {
        let _others = home.containers(Some(side), count - 1)?;
        let costs = (0..9).map(|_| Ok(home.container(Some(side))?.cost));
        Ok(median(costs.collect::<Result<_>>()?) as f64)
    })?;
    let mut rows = vec![
        row("mounts of the last one", count, mounts),
        row("instructions for the last one", count, instructions),
    ];
    if count >= MANY {
        let without = home.bytes(None, count)?;
        let bytes = both(|side| Ok(home.bytes(Some(side), count)? - without))?;
        rows.push(row("bytes of slab for each", count, bytes));
    }
    Ok(rows)
}
