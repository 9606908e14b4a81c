// SPDX-License-Identifier: GPL-2.0

//! What `writable=` lists is written as in procfs; and what nobody changes for others: mode and
//! owner of what all instances share.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{ORDINARY, ROOT};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::At;
use rustix::fs::{accessat, Access, AtFlags, OFlags};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::who::{as_container_with, give_up_all, show};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::writable":
        is_really_written, by_container_root, listed_is_as_in_procfs, exactly_what_is_listed,
    ]
}

/// Opens for writing, and writes `text` if there is any.
fn write(root: &OwnedFd, path: &str, text: &str) -> String {
    let at = At {
        root: root.as_fd(),
        path,
    };
    let written = at.open(OFlags::WRONLY).and_then(|file| match text {
        "" => Ok(0),
        text => rustix::io::write(file, text.as_bytes()),
    });
    show(written)
}

fn read(path: &str) -> Result<String> {
    Ok(fs::read_to_string(format!("/proc/{path}"))?
        .trim()
        .to_owned())
}

fn is_really_written() -> Result<()> {
    // SAFETY: a child process with one thread; namespaces are no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWUTS | UnshareFlags::NEWNET | UnshareFlags::NEWIPC) }?;
    for list in [
        "subset=container,writable=sys/kernel/hostname:sys/net:sys/kernel/sem",
        "subset=pid,show=sys,writable=sys",
        "writable=sys/kernel:sys/net/core/somaxconn",
        "hide=kcore",
    ] {
        let root = mount::detached(&fstype(), &mount::options(list)).context(list)?;
        for (path, values) in [
            ("sys/kernel/hostname", ["one-name", "another"]),
            ("sys/net/core/somaxconn", ["1234", "4321"]),
            (
                "sys/kernel/sem",
                ["250\t32000\t32\t127", "250\t32000\t32\t128"],
            ),
        ] {
            for value in values {
                let got = write(&root, path, value);
                ensure!(got == "ok", "[{list}] writing {path}: {got}");
                ensure!(
                    read(path)? == value,
                    "[{list}] {path} is {} then",
                    read(path)?
                );
            }
        }
    }
    let name = rustix::system::uname();
    ensure!(
        name.nodename() == c"another",
        "uname(2) says {:?}",
        name.nodename()
    );
    Ok(())
}

/// A rootless container: its root can't say `writable=`, and writes by what it is given.
fn by_container_root() -> Result<()> {
    let list = "subset=container,writable=sys/net:sys/kernel/hostname";
    let given = Instance::new(&fstype(), list)?;
    let root = given.root()?;
    let got = as_container_with(UnshareFlags::NEWNET | UnshareFlags::NEWUTS, || {
        Ok([
            write(&root, "sys/net/core/somaxconn", "777"),
            write(&root, "sys/kernel/hostname", "x"),
            write(&root, "sys/kernel/pid_max", "1000"),
            fs::read_to_string(given.join("sys/net/core/somaxconn"))?,
        ])
    })?;
    // hostname asks for the machine's uid 0.
    ensure!(
        got == ["ok", "EACCES", "EROFS", "777\n"],
        "container root: {got:?}"
    );
    Ok(())
}

/// Listed names: who may open which, and ask for what, as in procfs.
fn listed_is_as_in_procfs() -> Result<()> {
    let paths = [
        "sys/kernel/hostname",
        "sys/kernel/osrelease",
        "sys/kernel/core_pattern",
        "sys/vm/drop_caches",
        "sys/net/core/somaxconn",
        "sys/kernel",
        "sys",
        "uptime",
        "sysrq-trigger",
        "pressure/cpu",
        "sysvipc",
    ];
    let oracle = mount::detached("proc", &[])?;
    let list = "writable=sys:uptime:sysrq-trigger:pressure:sysvipc";
    let subject = mount::detached(&fstype(), &mount::options(list))?;
    let look = |root: &OwnedFd| -> Vec<String> {
        let one = |path: &&str| {
            let at = At {
                root: root.as_fd(),
                path,
            };
            let opened = [OFlags::WRONLY, OFlags::RDWR].map(|flags| show(at.open(flags)));
            let asked = accessat(root, *path, Access::WRITE_OK, AtFlags::empty());
            format!("{path}: {opened:?}, asked {}", show(asked))
        };
        paths.iter().map(one).collect()
    };
    for who in ["root", "user", "uid 0 without capabilities"] {
        let (want, got) = in_child(|| {
            match who {
                "user" => ORDINARY.become_it()?,
                "root" => ROOT.become_it()?,
                _ => give_up_all()?,
            }
            Ok((look(&oracle), look(&subject)))
        })?;
        ensure!(want == got, "{who}: {got:#?}, on procfs {want:#?}");
    }
    Ok(())
}

/// A directory stands for what is below it, a name for nothing beside it.
fn exactly_what_is_listed() -> Result<()> {
    for (list, writable, sealed) in [
        (
            "writable=sys/net",
            &["sys/net/core/somaxconn", "sys/net/ipv4/ip_forward"][..],
            &["sys/kernel/hostname", "sys/vm/swappiness", "sysrq-trigger"][..],
        ),
        (
            "writable=sys/kernel/hostname",
            &["sys/kernel/hostname"],
            &[
                "sys/kernel/domainname",
                "sys/net/core/somaxconn",
                "sys/kernel/core_pattern",
            ],
        ),
        (
            "subset=container,writable=sys/kernel",
            &["sys/kernel/hostname", "sys/kernel/pid_max"],
            &["sys/vm/overcommit_memory", "sys/net/core/somaxconn"],
        ),
        // Without writable=, what is not hidden is as in procfs.
        ("hide=kcore", &["sys/kernel/hostname", "sysrq-trigger"], &[]),
        (
            "subset=container",
            &[],
            &["sys/kernel/hostname", "sys/net/core/somaxconn"],
        ),
        // What is shown is not what can be written.
        (
            "subset=pid,show=sys/kernel",
            &[],
            &["sys/kernel/hostname", "sys/kernel/core_pattern"],
        ),
        // Nor does what is not there come about.
        (
            "writable=nothing/of/this",
            &[],
            &["sys/kernel/hostname", "sysrq-trigger"],
        ),
    ] {
        let root = mount::detached(&fstype(), &mount::options(list)).context(list)?;
        for (paths, want) in [(writable, "ok"), (sealed, "EROFS")] {
            for path in paths {
                // Opened alone: a write would be felt.
                let got = write(&root, path, "");
                ensure!(got == want, "[{list}] {path}: {got}, not {want}");
            }
        }
    }
    let root = mount::detached(
        &fstype(),
        &mount::options("subset=pid,writable=sys/kernel/hostname"),
    )?;
    let got = write(&root, "sys/kernel/hostname", "");
    ensure!(got == "ENOENT", "what is written but not shown: {got}");
    Ok(())
}
