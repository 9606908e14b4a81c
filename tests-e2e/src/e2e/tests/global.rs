// SPDX-License-Identifier: GPL-2.0

//! Everything that is not about a task: the kernel's registry of entries, `sys` and `net`.

use std::fs;
use std::os::fd::AsFd;

use anyhow::{ensure, Result};
use proc2_e2e::caller;
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::kernel;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::sweep::Sweep;
use proc2_e2e::{dirent, errno, fstype, OWN_ENTRY};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::{normal, Test};

pub(super) fn tests() -> Vec<Test> {
    super::tests!["global": tree, tree_for_a_user, hidden_by_subset, sysctl_is_written, net_follows_the_reader,
        links_at_the_root, root_link_count]
}

/// Entries that are not read, each for its reason.
fn skipped(path: &str) -> bool {
    const SKIPPED: &[&str] = &[
        "kmsg",          // a read takes messages away, or blocks
        "kcore",         // all memory
        "sysrq-trigger", // write-only, and opening it to write is all that one should do
        "kpagecount",
        "kpageflags",
        "kpagecgroup",        // records of all memory
        "kallsyms",           // megabytes, the same for all mounts
        "sys/fs/binfmt_misc", // an automount
        "acpi/event",         // blocks
        "asound",             // devices
        "vmallocinfo",        // moves with every fork
    ];
    // Asking the network stack to flush is a side effect of reading nothing else.
    SKIPPED.contains(&path) || path.ends_with("/flush") || path.starts_with("bus/pci/0")
}

fn sweep(options: &str, paths: &[&str]) -> Result<(Tally, u64)> {
    let (oracle, subject) = (
        Instance::new("proc", options)?.into_root()?,
        Instance::new(&fstype(), options)?.into_root()?,
    );
    let mut tally = Tally::default();
    let sweep = Sweep {
        oracle: oracle.as_fd(),
        subject: subject.as_fd(),
        title: "global",
        skip: &skipped,
        normalise: &|path, bytes| normal::global(path, bytes),
    };
    let met = paths.iter().map(|path| sweep.walk(&mut tally, path)).sum();
    Ok((tally, met))
}

fn tree() -> Result<()> {
    let (tally, met) = sweep("", &["."])?;
    println!("  {met} entries");
    ensure!(met > kernel::floor(400), "only {met} entries were met");
    tally.verdict(1500)
}

fn tree_for_a_user() -> Result<()> {
    let instances = (
        Instance::new("proc", "hidepid=2")?,
        Instance::new(&fstype(), "hidepid=2")?,
    );
    let tally = in_child(|| {
        caller::ORDINARY.become_it()?;
        let (oracle, subject) = (instances.0.root()?, instances.1.root()?);
        let mut tally = Tally::default();
        let sweep = Sweep {
            oracle: oracle.as_fd(),
            subject: subject.as_fd(),
            title: "global, user",
            skip: &|path| skipped(path) || path.matches('/').count() > 2,
            normalise: &|path, bytes| normal::global(path, bytes),
        };
        sweep.walk(&mut tally, ".");
        Ok(tally)
    })?;
    tally.verdict(500)
}

/// Under subset=pid nothing but tasks, self and thread-self exists.
fn hidden_by_subset() -> Result<()> {
    let full = Instance::new(&fstype(), "")?;
    let pids = Instance::new(&fstype(), "subset=pid")?;
    let oracle = Instance::new("proc", "subset=pid")?;
    let mut hidden = 0;
    for entry in fs::read_dir(&full.path)? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        let stays =
            name == "self" || name == "thread-self" || name.bytes().all(|b| b.is_ascii_digit());
        if stays || name == OWN_ENTRY {
            continue;
        }
        hidden += 1;
        for (what, instance) in [("procfs", &oracle), ("the instance", &pids)] {
            let root = instance.root()?;
            let found = errno::show(
                At {
                    root: root.as_fd(),
                    path: &name,
                }
                .kind(),
                |_| "ok".into(),
            );
            ensure!(
                found == "ENOENT",
                "{name} in {what} with subset=pid: {found}"
            );
        }
    }
    ensure!(hidden > 20, "only {hidden} entries besides tasks");
    let listed: Vec<String> = fs::read_dir(&pids.path)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    ensure!(
        listed.iter().all(|name| name.ends_with("self")),
        "subset=pid lists {listed:?}"
    );
    ensure!(
        listed.len() == 2,
        "subset=pid lists {listed:?}, and not self and thread-self"
    );
    for path in [
        "sys/kernel/hostname",
        "net/dev",
        "self/../meminfo",
        "1/../sys",
    ] {
        ensure!(!pids.join(path).exists(), "{path} exists under subset=pid");
    }
    ensure!(
        pids.join("self/status").exists(),
        "self is gone under subset=pid"
    );
    Ok(())
}

/// `sys/` takes what is written, and refuses what procfs refuses.
fn sysctl_is_written() -> Result<()> {
    // SAFETY: a child process with one thread; the uts namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWUTS)? };
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    fs::write(subject.join("sys/kernel/hostname"), "e2e-name")?;
    for instance in [&oracle, &subject] {
        let name = fs::read_to_string(instance.join("sys/kernel/hostname"))?;
        ensure!(name == "e2e-name\n", "the host name reads as {name:?}");
    }
    ensure!(
        rustix::system::uname().nodename() == c"e2e-name",
        "uname(2) has another name"
    );
    let mut tally = Tally::default();
    let (theirs, ours) = (oracle.root()?, subject.root()?);
    for path in [
        "sys/kernel/panic",
        "sys/kernel/osrelease",
        "sys/vm/swappiness",
        "version",
        "meminfo",
        "sys",
        "sys/none",
    ] {
        for text in ["nonsense", ""] {
            let write = |root: &std::os::fd::OwnedFd| {
                probe::write_outcome(
                    At {
                        root: root.as_fd(),
                        path,
                    },
                    text.as_bytes(),
                )
            };
            tally.same(
                || format!("writing {text:?} to {path}"),
                write(&theirs),
                write(&ours),
            );
        }
    }
    tally.verdict(14)
}

/// `net` shows the reader's network namespace, `<pid>/net` the process's.
fn net_follows_the_reader() -> Result<()> {
    let resident = proc2_e2e::target_decorated::own_namespaces()?;
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let mut tally = Tally::default();
    let mut walk = |title: &str, path: &str| -> Result<u64> {
        let (oracle, subject) = (oracle.root()?, subject.root()?);
        let sweep = Sweep {
            oracle: oracle.as_fd(),
            subject: subject.as_fd(),
            title,
            skip: &skipped,
            normalise: &|path, bytes| normal::global(path, bytes),
        };
        Ok(sweep.walk(&mut tally, path))
    };
    let mut met = walk(
        "a process in another network namespace",
        &format!("{}/net", resident.id()),
    )?;
    met += walk("own", "self/net")?;
    met += walk("own, by thread", "thread-self/net")?;
    // SAFETY: a child process with one thread; the network namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET)? };
    met += walk("in a new network namespace", "self/net")?;
    let devices = fs::read_to_string(subject.join("net/dev"))?;
    ensure!(
        devices.lines().count() == 3,
        "a new network namespace has one device, not:\n{devices}"
    );
    ensure!(met > 60, "only {met} entries");
    tally.verdict(200)
}

fn links_at_the_root() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    let pid = std::process::id();
    for (link, target) in [
        ("self", pid.to_string()),
        ("thread-self", format!("{pid}/task/{pid}")),
        ("net", "self/net".into()),
        ("mounts", "self/mounts".into()),
    ] {
        let leads = fs::read_link(instance.join(link))?;
        ensure!(
            leads.as_os_str() == target.as_str(),
            "{link} leads to {leads:?}, not {target}"
        );
    }
    let by_link = fs::read_to_string(instance.join("mounts"))?;
    ensure!(
        by_link.contains(&fstype()),
        "mounts does not show the instance:\n{by_link}"
    );
    Ok(())
}

/// The root's link count counts the tasks.
fn root_link_count() -> Result<()> {
    let (oracle, subject) = (
        Instance::new("proc", "")?.into_root()?,
        Instance::new(&fstype(), "")?.into_root()?,
    );
    let mut tally = Tally::default();
    let links = |fd: &std::os::fd::OwnedFd, own: u64| {
        errno::show(rustix::fs::fstat(fd), |stat| {
            format!("{} links", dirent::links(&stat) - own)
        })
        .into_bytes()
    };
    let own = u64::from(dirent::names(subject.as_fd())?.contains(&OWN_ENTRY.into()));
    tally.compare(
        || "the root".into(),
        || links(&oracle, 0),
        || links(&subject, own),
        |_| None,
    );
    tally.verdict(1)
}
