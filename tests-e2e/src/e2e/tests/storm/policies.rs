// SPDX-License-Identifier: GPL-2.0

//! Instances with policies while what they show and hide comes and goes: interfaces and network
//! namespaces with their entries of the registry and of `sys`, caches, mounts, and lazy unmounts in
//! the middle of a listing. No hidden name is ever found, and nothing is left behind.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use anyhow::{ensure, Result};
use fastrand::Rng;
use proc2_e2e::child::in_child_with;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::storm::workers::{verdict, Workers};
use proc2_e2e::{dirent, fstype, kernel};
use rustix::fs::{FileType, OFlags};
use rustix::mount::{unmount, UnmountFlags};

use super::super::hidden::Interface;
use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": policies]
}

/// The policies, each of which hides [`HIDDEN`] and shows [`SHOWN`].
const POLICIES: &[&str] = &[
    "subset=container,hide=net/dev_snmp6/covert:sys/net/ipv4/conf/covert:sys/net/ipv6/conf/covert,\
     hide=sys/net/ipv4/neigh/covert:sys/net/ipv6/neigh/covert",
    "hide=kcore:sys/kernel/core_pattern:net/dev_snmp6/covert:sys/net/ipv4/conf/covert,\
     hide=sys/net/ipv6/conf/covert:sys/net/ipv4/neigh/covert:sys/net/ipv6/neigh/covert,\
     hide=pid/environ,writable=sys/net",
    "subset=pid,show=sys/net/ipv4/conf/open:uptime:sys/kernel/osrelease,hide=net/dev_snmp6/covert,\
     writable=none,hidepid=2",
];

/// What none of them has.
const HIDDEN: &[&str] = &[
    "kcore",
    "net/dev_snmp6/covert",
    "self/net/dev_snmp6/covert",
    "sys/kernel/core_pattern",
    "sys/net/ipv4/conf/covert",
    "sys/net/ipv4/conf/covert/forwarding",
    "sys/net/ipv6/conf/covert",
];
/// What each of them has, always or while the interface is there.
const SHOWN: &[&str] = &[
    "sys/kernel/osrelease",
    "uptime",
    "self/net/dev_snmp6/open",
    "sys/net/ipv4/conf/open",
    "sys/net/ipv4/conf/open/forwarding",
];

fn policies() -> Result<()> {
    allow_time();
    kernel::need(
        &["CONFIG_DUMMY", "CONFIG_IPV6", "CONFIG_NET_NS"],
        "storm::policies",
    )?;
    let mut figures = Figures::new("storm_policies");
    let before = KernelObjects::now()?;
    let bad = in_child_with(libc::CLONE_NEWNET, || storm(size().of(60, 600)))?;
    let settled = before.settle();
    let (bad, operations, mounts) = bad;
    figures
        .add("operations", operations)
        .add("mounts", mounts)
        .print(bad + usize::from(settled.is_err()));
    verdict(bad)?;
    settled
}

/// Goes on until interfaces have come and gone `quota` times.
fn storm(quota: u64) -> Result<(usize, u64, u64)> {
    allow_time();
    let counters = Counters::new()?;
    let mut workers = Workers::new(counters);
    workers.work("one who makes interfaces", || {
        while counters.rounds.add(1) < quota {
            let made = ["covert", "open"].map(Interface::new);
            for made in made {
                made?;
            }
        }
        Ok(())
    })?;
    let mut rng = Rng::with_seed(seed() * 100);
    for policy in POLICIES {
        let instance = Instance::new(&fstype(), policy)?;
        let root = instance.root()?;
        let mut rng = rng.fork();
        workers.meanwhile("one who looks names up", || {
            look_up(counters, &root, &mut rng)
        })?;
        let root = instance.root()?;
        workers.meanwhile("one who lists", || {
            list(counters, root.as_fd(), "sys/net", 4)?;
            list(counters, root.as_fd(), "self/net", 2)
        })?;
        workers.meanwhile("one who unmounts", || leave(counters, policy))?;
        // Unmounted while they go on: descriptors hold it.
        drop(instance);
    }
    workers.meanwhile("one who makes networks", || {
        in_child_with(libc::CLONE_NEWNET, || {
            let instance = Instance::new(&fstype(), POLICIES[0])?;
            list(counters, instance.root()?.as_fd(), "sys/net", 3)
        })
    })?;
    workers.meanwhile("caches", || {
        std::thread::sleep(Duration::from_millis(100));
        Ok(fs::write("/proc/sys/vm/drop_caches", "2")?)
    })?;
    let bad = workers.finish()?;
    Ok((bad, counters.operations.get(), counters.mounts.get()))
}

fn look_up(counters: &'static Counters, root: &OwnedFd, rng: &mut Rng) -> Result<()> {
    for _ in 0..50 {
        counters.operations.add(2);
        let at = |path| At {
            root: root.as_fd(),
            path,
        };
        let path = HIDDEN[rng.usize(..HIDDEN.len())];
        let found = at(path).open(OFlags::PATH | OFlags::NOFOLLOW);
        let found = found.map(drop).map_err(rustix::io::Errno::raw_os_error);
        ensure!(
            found == Err(libc::ENOENT),
            "{path} is hidden, and gives {found:?}"
        );
        let path = SHOWN[rng.usize(..SHOWN.len())];
        let found = at(path).open(OFlags::RDONLY);
        let gone = !path.starts_with("uptime") && !path.starts_with("sys/kernel");
        match found {
            Ok(fd) => {
                let _ = rustix::io::read(&fd, &mut [0u8; 64]);
            }
            Err(rustix::io::Errno::NOENT) if gone => {}
            Err(error) => ensure!(false, "{path}: {error}"),
        }
    }
    Ok(())
}

/// Lists a directory and what is below it; what is listed may be gone already.
fn list(counters: &'static Counters, root: BorrowedFd<'_>, path: &str, depth: u32) -> Result<()> {
    let at = At { root, path };
    let Ok(fd) = at.open(OFlags::RDONLY | OFlags::DIRECTORY) else {
        return Ok(());
    };
    let entries = dirent::read(fd.as_fd()).unwrap_or_default();
    counters.operations.add(1);
    for entry in entries {
        ensure!(entry.name != "covert", "{path} lists what is hidden");
        if entry.name == "." || entry.name == ".." {
            continue;
        }
        let below = format!("{path}/{}", entry.name);
        let _ = At { root, path: &below }.kind();
        if entry.kind == FileType::Directory && depth > 0 {
            list(counters, root, &below, depth - 1)?;
        }
    }
    Ok(())
}

/// Unmounts an instance lazily in the middle of a listing.
fn leave(counters: &'static Counters, policy: &str) -> Result<()> {
    let instance = Instance::new(&fstype(), policy)?;
    counters.mounts.add(1);
    let at = |path: &str| -> Result<OwnedFd> {
        let root = instance.root()?;
        Ok(At {
            root: root.as_fd(),
            path,
        }
        .open(OFlags::RDONLY | OFlags::DIRECTORY)?)
    };
    let fds = [at(".")?, at("sys")?, at("sys/kernel")?, at("sys/net/ipv4")?];
    for fd in &fds {
        let _ = dirent::read_some(fd.as_fd(), 64);
    }
    unmount(&instance.path, UnmountFlags::DETACH)?;
    for fd in &fds {
        for name in dirent::names(fd.as_fd())? {
            let path = name.as_str();
            let _ = At {
                root: fd.as_fd(),
                path,
            }
            .kind();
        }
    }
    Ok(())
}
