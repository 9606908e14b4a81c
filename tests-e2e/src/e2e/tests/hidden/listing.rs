// SPDX-License-Identifier: GPL-2.0

//! Listings of directories that show a part: through the smallest buffers, from any position, by
//! two readers, and while entries come and go. No hidden name is in any.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::kernel;
use proc2_e2e::mount::Instance;
use proc2_e2e::storm::counters::Counters;
use proc2_e2e::storm::size::size;
use proc2_e2e::storm::workers::{verdict, Workers};
use proc2_e2e::{dirent, errno, fstype};
use rustix::fs::{openat, seek, Mode, OFlags, SeekFrom};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::interface::Interface;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": one_name_at_a_time, two_readers, listed_while_it_changes]
}

/// Directories with something hidden in them, by options.
const DIRECTORIES: &[(&str, &[&str])] = &[
    (
        "subset=container",
        &[
            "sys",
            "sys/fs",
            "sys/kernel",
            "sys/vm",
            "sys/net/ipv4",
            "self/net",
            "sysvipc",
        ],
    ),
    (
        "hide=meminfo:kcore:sys/kernel/core_pattern:sys/kernel/panic:tty/driver:net/dev:net/arp\
         :pid/environ:pid/fd:irq/1:sys/vm/swappiness",
        &[
            "sys/kernel",
            "sys/vm",
            "tty",
            "irq",
            "self/net",
            "self",
            "thread-self",
        ],
    ),
];

fn opened(root: &OwnedFd, path: &str) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(root, path, flags, Mode::empty()).with_context(|| path.to_owned())
}

fn each(look: impl Fn(&str, &OwnedFd, &str, &[dirent::Dirent]) -> Result<()>) -> Result<()> {
    for (options, dirs) in DIRECTORIES {
        let root = Instance::new(&fstype(), options)?.into_root()?;
        for dir in *dirs {
            let whole = dirent::read(opened(&root, dir)?.as_fd())?;
            ensure!(whole.len() > 2, "{options}: {dir} has nothing");
            look(options, &root, dir, &whole)?;
        }
    }
    Ok(())
}

/// The bytes that an entry takes: its number, position, length and type, its name and a NUL.
fn size_of(entry: &dirent::Dirent) -> usize {
    (19 + entry.name.len() + 1).next_multiple_of(8)
}

/// A buffer for exactly the next name gives that; one byte less gives EINVAL and loses nothing;
/// each position that was given leads back to what followed.
fn one_name_at_a_time() -> Result<()> {
    each(|options, root, dir, whole| {
        let fd = opened(root, dir)?;
        for want in whole {
            let short = dirent::read_some(fd.as_fd(), size_of(want) - 8);
            ensure!(
                short == Err(rustix::io::Errno::INVAL),
                "{options}: {dir}, too little for {}: {short:?}",
                want.name
            );
            let got = dirent::read_some(fd.as_fd(), size_of(want));
            let got = got.with_context(|| format!("{dir}: {}", want.name))?;
            let names: Vec<&str> = got.iter().map(|entry| entry.name.as_str()).collect();
            ensure!(
                names == [&want.name],
                "{options}: {dir} has {names:?}, not {want:?}"
            );
            ensure!(
                got[0].ino == want.ino && got[0].kind == want.kind,
                "{got:?}, not {want:?}"
            );
        }
        let end = dirent::read_some(fd.as_fd(), 64);
        ensure!(
            end == Ok(Vec::new()),
            "{options}: {dir} goes on with {end:?}"
        );
        for (at, entry) in whole.iter().enumerate().rev() {
            seek(&fd, SeekFrom::Start(entry.next as u64))?;
            let rest = dirent::read(fd.as_fd())?;
            let names = |list: &[dirent::Dirent]| -> Vec<String> {
                list.iter().map(|entry| entry.name.clone()).collect()
            };
            let (got, want) = (names(&rest), names(&whole[at + 1..]));
            ensure!(
                got == want,
                "{options}: {dir} behind {}: {got:?}, not {want:?}",
                entry.name
            );
        }
        seek(&fd, SeekFrom::Start(0))?;
        ensure!(
            dirent::read(fd.as_fd())?.len() == whole.len(),
            "{options}: {dir} again"
        );
        Ok(())
    })
}

/// Two descriptors have a position each, and two processes with one descriptor share it.
fn two_readers() -> Result<()> {
    each(|options, root, dir, whole| {
        let fds = [opened(root, dir)?, opened(root, dir)?];
        let mut got = [Vec::new(), Vec::new()];
        let longest = whole.iter().map(size_of).max().unwrap_or(64);
        for _ in 0..=whole.len() {
            for (fd, got) in fds.iter().zip(&mut got) {
                got.extend(dirent::read_some(fd.as_fd(), longest)?);
            }
        }
        for got in &got {
            ensure!(got == whole, "{options}: {dir} is {got:?}, not {whole:?}");
        }
        seek(&fds[0], SeekFrom::Start(0))?;
        let mut got = dirent::read_some(fds[0].as_fd(), 3 * longest)?;
        let rest = proc2_e2e::child::in_child(|| Ok(dirent::names(fds[0].as_fd())?))?;
        let more = dirent::read(fds[0].as_fd())?;
        ensure!(more.is_empty(), "{options}: {dir} goes on with {more:?}");
        got.retain(|entry| entry.name != "." && entry.name != "..");
        let got: Vec<String> = got
            .into_iter()
            .map(|entry| entry.name)
            .chain(rest)
            .collect();
        let want: Vec<&String> = whole.iter().map(|entry| &entry.name).collect();
        ensure!(
            got.iter().eq(want[2..].iter().copied()),
            "{options}: {dir}: {got:?}"
        );
        Ok(())
    })
}

/// Interfaces come and go; what stays is listed once, and what is hidden never.
fn listed_while_it_changes() -> Result<()> {
    let what = "hidden::listed_while_it_changes";
    kernel::need(&["CONFIG_DUMMY", "CONFIG_IPV6", "CONFIG_NET_NS"], what)?;
    // SAFETY: a child process with one thread; the network namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET)? };
    let counters = Counters::new()?;
    let mut workers = Workers::new(counters);
    let quota = size().of(40, 2000);
    let stays = Interface::new("stays")?;
    workers.work("one who makes interfaces", || {
        while counters.rounds.add(1) < quota {
            let made = ["aaa", "covert", "zzz"].map(Interface::new);
            for made in made {
                made?;
            }
        }
        Ok(())
    })?;
    let dirs = ["sys/net/ipv4/conf", "sys/net/ipv6/conf", "net/dev_snmp6"];
    let hidden = dirs.map(|dir| format!("{dir}/covert")).join(":");
    for small in [false, true] {
        let root = Instance::new(&fstype(), &format!("hide={hidden}"))?.into_root()?;
        workers.meanwhile("one who lists", || {
            for dir in dirs {
                let fd = opened(&root, dir)?;
                // What stays may be missing or come twice, in procfs too: positions are numbers,
                // and a directory of `sys` ends at an entry that is on its way out.
                let list = match small {
                    true => dirent::read_with(fd.as_fd(), 48),
                    false => dirent::read_some(fd.as_fd(), 32 << 10),
                };
                let list = list.map_err(|error| {
                    anyhow::anyhow!("{dir}: {}", errno::name(error.raw_os_error()))
                })?;
                counters.operations.add(1);
                let covert = list.iter().any(|entry| entry.name == "covert");
                ensure!(!covert, "{dir} lists what is hidden");
            }
            Ok(())
        })?;
    }
    let bad = workers.finish()?;
    let root = Instance::new(&fstype(), &format!("hide={hidden}"))?.into_root()?;
    for dir in dirs {
        let names = dirent::names(opened(&root, dir)?.as_fd())?;
        let count = |name: &str| names.iter().filter(|one| *one == name).count();
        ensure!(
            count("stays") == 1 && count("lo") == 1,
            "{dir} in the end: {names:?}"
        );
    }
    drop(stays);
    ensure!(
        counters.operations.get() > 10,
        "hardly any listing was made"
    );
    verdict(bad)
}
