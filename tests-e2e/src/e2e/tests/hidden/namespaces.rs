// SPDX-License-Identifier: GPL-2.0

//! One instance with a policy, read from several namespaces: each reader has its own, whoever has
//! cached what before, as in procfs.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::NAMESPACE_ROOT;
use proc2_e2e::child::{in_child, in_child_with};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, options, Instance};
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::size::size;
use proc2_e2e::{errno, fstype};
use rustix::fs::{open, openat, Mode, OFlags};
use rustix::thread::{move_into_link_name_space, unshare_unsafe, LinkNameSpaceType, UnshareFlags};

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": each_its_own, net_of_the_host, opened_elsewhere, between_two]
}

/// A kind of namespace, a file of `sys` that is of it, and a value to write there, if both would
/// have the same otherwise.
const KINDS: &[(i32, &str, &str)] = &[
    (libc::CLONE_NEWNET, "sys/net/ipv4/ip_default_ttl", "77"),
    (libc::CLONE_NEWNET, "sys/net/core/somaxconn", "1234"),
    (libc::CLONE_NEWIPC, "sys/kernel/msgmax", "4444"),
    (libc::CLONE_NEWIPC, "sys/fs/mqueue/msg_max", "33"),
    (libc::CLONE_NEWUTS, "sys/kernel/domainname", "elsewhere"),
    (libc::CLONE_NEWPID, "sys/kernel/pid_max", "5000"),
    (libc::CLONE_NEWUSER, "sys/user/max_user_namespaces", ""),
];

fn read(root: &OwnedFd, path: &str) -> String {
    let root = root.as_fd();
    String::from_utf8_lossy(&probe::read_all(At { root, path })).into_owned()
}

/// The same file from inside and outside of a namespace, each first once.
fn each_its_own() -> Result<()> {
    let procfs = Instance::new("proc", "")?.into_root()?;
    for (flag, path, value) in KINDS {
        for policy in ["subset=container", "hide=kcore"] {
            for inside_first in [true, false] {
                let root = Instance::new(&fstype(), policy)?.into_root()?;
                let outside = || -> Result<String> {
                    let (want, got) = (read(&procfs, path), read(&root, path));
                    ensure!(
                        want == got,
                        "{policy}, {path} outside: {got:?}, not {want:?}"
                    );
                    Ok(got)
                };
                if !inside_first {
                    outside()?;
                }
                let inside = in_child_with(*flag, || {
                    if !value.is_empty() {
                        fs::write(format!("/proc/{path}"), value).context(*path)?;
                    }
                    for _ in 0..2 {
                        let (want, got) = (read(&procfs, path), read(&root, path));
                        ensure!(
                            want == got,
                            "{policy}, {path} inside: {got:?}, not {want:?}"
                        );
                    }
                    Ok(read(&root, path))
                })?;
                let outside = outside()?;
                ensure!(
                    inside != outside,
                    "{path} is {inside:?} on both sides: no test"
                );
            }
        }
    }
    Ok(())
}

/// Root of a user namespace in the host's network namespace has no `net`, by container as by
/// subset=pid in procfs; with one of its own it has.
fn net_of_the_host() -> Result<()> {
    let look = |fstype: &str, list: &str| -> Result<String> {
        in_child(|| {
            NAMESPACE_ROOT.become_it()?;
            in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
                let mount = mount::detached(fstype, &options(list))?;
                let mut text = String::new();
                let mut seen = |when: &str| {
                    for path in ["self/net", "self/net/dev", "self/task/1/net", "1/net"] {
                        let at = At {
                            root: mount.as_fd(),
                            path,
                        };
                        let listed = probe::listing(at).map(|list| list.len());
                        let kind = errno::show(at.kind(), |kind| format!("{kind:?}"));
                        text += &format!("{when} {path}: {kind} {listed:?}\n");
                    }
                };
                seen("host's");
                // SAFETY: a child process with one thread; namespaces are no memory.
                unsafe { unshare_unsafe(UnshareFlags::NEWNET)? };
                seen("own");
                seen("own, again");
                Ok(text)
            })
        })
    };
    let mut tally = Tally::default();
    let want = look("proc", "subset=pid")?;
    ensure!(
        want.contains("host's self/net: Directory Err(\"EINVAL\")")
            && want.contains("own self/net: Directory Ok"),
        "procfs gives\n{want}"
    );
    for list in [
        "subset=container",
        "subset=pid,hide=meminfo",
        "subset=container,hide=pid/environ",
    ] {
        tally.same(|| list.into(), &want, look(&fstype(), list)?);
    }
    tally.verdict(3)
}

/// What is open is of the namespace in which it was found, by a descriptor that is passed on, as in
/// procfs.
fn opened_elsewhere() -> Result<()> {
    let path = "sys/net/ipv4/ip_default_ttl";
    let look = |fstype: &str, list: &str| -> Result<String> {
        let root = Instance::new(fstype, list)?.into_root()?;
        in_child_with(libc::CLONE_NEWNET, || {
            fs::write(format!("/proc/{path}"), "91")?;
            let file = openat(&root, path, OFlags::RDONLY, Mode::empty())?;
            let named = openat(&root, path, OFlags::PATH, Mode::empty())?;
            let dir = openat(&root, "sys/net/ipv4", OFlags::RDONLY, Mode::empty())?;
            in_child_with(libc::CLONE_NEWNET, || {
                fs::write(format!("/proc/{path}"), "17")?;
                let mut buffer = [0; 16];
                let n = rustix::io::pread(&file, &mut buffer, 0)?;
                let fd = std::os::fd::AsRawFd::as_raw_fd(&named);
                let mut text = format!("opened: {}", String::from_utf8_lossy(&buffer[..n]));
                text += &format!(
                    "reopened: {:?}\n",
                    fs::read_to_string(format!("/proc/self/fd/{fd}")).ok()
                );
                let below = "ip_default_ttl";
                text += &format!("by the directory: {}", read(&dir, below));
                text += &format!("by the root: {}", read(&root, path));
                Ok(text)
            })
        })
    };
    let want = look("proc", "")?;
    ensure!(
        want.contains("opened: 91") && want.contains("root: 17"),
        "{want}"
    );
    for list in ["subset=container", "hide=kcore", "writable=sys/net"] {
        let got = look(&fstype(), list)?;
        ensure!(got == want, "{list} gives\n{got}procfs\n{want}");
    }
    Ok(())
}

/// One who goes from one network namespace to the other between finding and opening, beside another
/// who does the same the other way round.
fn between_two() -> Result<()> {
    let path = "sys/net/ipv4/ip_default_ttl";
    let root = Instance::new(&fstype(), "subset=container")?.into_root()?;
    let own = || {
        open(
            "/proc/self/ns/net",
            OFlags::RDONLY | OFlags::CLOEXEC,
            Mode::empty(),
        )
    };
    let mut spaces = Vec::new();
    for value in ["64", "65"] {
        // SAFETY: a child process with one thread; namespaces are no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWNET)? };
        fs::write(format!("/proc/{path}"), value)?;
        spaces.push((own()?, value));
    }
    let rounds = size().of(2000, 100_000);
    let walk = |first: usize| -> Result<()> {
        for round in 0..rounds as usize {
            let (there, value) = &spaces[(first + round) % 2];
            let (elsewhere, other) = &spaces[(first + round + 1) % 2];
            let enter = |space: &OwnedFd| {
                move_into_link_name_space(space.as_fd(), Some(LinkNameSpaceType::Network))
            };
            enter(there)?;
            let named = openat(&root, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
            enter(elsewhere)?;
            let fd = std::os::fd::AsRawFd::as_raw_fd(&named);
            let got = fs::read_to_string(format!("/proc/self/fd/{fd}"))?;
            ensure!(
                got.trim_end() == *value,
                "round {round}: {got:?}, not {value}"
            );
            let got = read(&root, path);
            ensure!(
                got.trim_end() == *other,
                "round {round}: {got:?}, not {other}"
            );
        }
        Ok(())
    };
    let beside = proc2_e2e::child::fork_with(0, || match walk(1) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("the other one: {error:#}");
            1
        }
    })?;
    walk(0)?;
    let done = rustix::process::waitpid(Some(beside), rustix::process::WaitOptions::empty())?;
    let (_, status) = done.context("gone")?;
    ensure!(
        status.exit_status() == Some(0),
        "the other one ended with {status:?}"
    );
    Ok(())
}
