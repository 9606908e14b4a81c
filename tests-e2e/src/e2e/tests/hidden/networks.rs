// SPDX-License-Identifier: GPL-2.0

//! Entries that come and go while an instance is used: those of network interfaces, in the registry
//! (`net/dev_snmp6/NAME`) and in `sys` (`sys/net/ipv4/conf/NAME`).

use std::fs;
use std::os::fd::{AsFd, AsRawFd};

use anyhow::{ensure, Result};
use proc2_e2e::kernel;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{dirent, errno, fstype};
use rustix::fs::{openat, Mode, OFlags};
use rustix::process::{chdir, fchdir};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::interface::Interface;
use super::ways::Ways;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": comes_later, a_directory_inside, goes_with_a_reader_inside]
}

/// Where an interface has a directory or a file of its name.
const PLACES: &[&str] = &[
    "net/dev_snmp6",
    "sys/net/ipv4/conf",
    "sys/net/ipv4/neigh",
    "sys/net/ipv6/conf",
];

fn own_network(what: &str) -> Result<()> {
    kernel::need(&["CONFIG_DUMMY", "CONFIG_IPV6", "CONFIG_NET_NS"], what)?;
    // SAFETY: a child process with one thread; the network namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET)? };
    Ok(())
}

fn hiding(name: &str) -> String {
    let names: Vec<String> = PLACES
        .iter()
        .map(|place| format!("{place}/{name}"))
        .collect();
    format!("hide={}", names.join(":"))
}

/// A name that is hidden stays so when it is registered, one that is not shows up, and both go.
fn comes_later() -> Result<()> {
    own_network("hidden::comes_later")?;
    let ways = Ways::new()?;
    for base in ["", "subset=container,"] {
        let procfs = Instance::new("proc", "")?.into_root()?;
        let root = Instance::new(&fstype(), &format!("{base}{}", hiding("covert")))?.into_root()?;
        let look = |there: bool, when: &str| -> Result<()> {
            for place in PLACES {
                let covert = format!("{place}/covert");
                for (way, outcome) in ways.of(root.as_fd(), &covert) {
                    ensure!(
                        outcome == "ENOENT",
                        "{base}{when}: {covert} by {way}: {outcome}"
                    );
                }
                let open = format!("{place}/open");
                let kind = |root| {
                    let at = At { root, path: &open };
                    errno::show(at.kind(), |kind| format!("{kind:?}"))
                };
                let (want, got) = (kind(procfs.as_fd()), kind(root.as_fd()));
                ensure!(
                    want == got,
                    "{base}{when}: {open} is {got}, and in procfs {want}"
                );
                ensure!(there == (got != "ENOENT"), "{base}{when}: {open} is {got}");
                let names = |root| probe::listing(At { root, path: place });
                let mut want = names(procfs.as_fd()).unwrap_or_default();
                want.retain(|(name, _)| name != "covert");
                let got = names(root.as_fd()).unwrap_or_default();
                ensure!(
                    want == got,
                    "{base}{when}: {place} has {got:?}, not {want:?}"
                );
            }
            Ok(())
        };
        look(false, "before")?;
        for round in 0..3 {
            let made = [Interface::new("covert")?, Interface::new("open")?];
            look(true, &format!("round {round}"))?;
            let path = "sys/net/ipv4/conf/open/forwarding";
            let root = root.as_fd();
            ensure!(probe::read_all(At { root, path }) == b"0\n", "{path}");
            drop(made);
            look(false, &format!("after round {round}"))?;
        }
    }
    Ok(())
}

/// A directory that only leads to a name, which comes later, with something else beside it.
fn a_directory_inside() -> Result<()> {
    own_network("hidden::a_directory_inside")?;
    let options = "subset=pid,show=sys/net/ipv4/conf/late/forwarding";
    let root = Instance::new(&fstype(), options)?.into_root()?;
    let names = |path: &str| -> Vec<String> {
        let at = At {
            root: root.as_fd(),
            path,
        };
        let list = probe::listing(at).unwrap_or_default().into_iter();
        list.map(|(name, _)| name).collect()
    };
    let dots = [".", ".."];
    for _ in 0..3 {
        ensure!(
            names("sys/net/ipv4/conf") == dots,
            "{:?}",
            names("sys/net/ipv4/conf")
        );
        let late = Interface::new("late")?;
        let listed = names("sys/net/ipv4/conf");
        ensure!(listed == [".", "..", "late"], "{listed:?}");
        let listed = names("sys/net/ipv4/conf/late");
        ensure!(listed == [".", "..", "forwarding"], "{listed:?}");
        for path in ["mc_forwarding", "../lo", "../all/forwarding"] {
            let path = format!("sys/net/ipv4/conf/late/{path}");
            let at = At {
                root: root.as_fd(),
                path: &path,
            };
            let found = errno::show(at.kind(), |_| "ok".into());
            ensure!(found == "ENOENT", "{path}: {found}");
        }
        drop(late);
    }
    Ok(())
}

/// The entry goes while a process stands in it and holds it: what it sees then is what it sees in
/// procfs, but for what is hidden.
fn goes_with_a_reader_inside() -> Result<()> {
    own_network("hidden::goes_with_a_reader_inside")?;
    let options = "hide=sys/net/ipv4/conf/gone/mc_forwarding";
    let seen = |fstype: &str, options: &str| -> Result<String> {
        let root = Instance::new(fstype, options)?.into_root()?;
        let gone = Interface::new("gone")?;
        let dir = "sys/net/ipv4/conf/gone";
        let held = openat(
            &root,
            dir,
            OFlags::RDONLY | OFlags::DIRECTORY,
            Mode::empty(),
        )?;
        let file = openat(&held, "forwarding", OFlags::RDONLY, Mode::empty())?;
        let _ = dirent::names(held.as_fd())?;
        chdir(format!("/proc/self/fd/{}", held.as_raw_fd()))?;
        let mut text = String::new();
        let mut look = |when: &str| {
            for path in [".", "forwarding", "mc_forwarding", "tag", "..", "../all"] {
                let stat = fs::symlink_metadata(path);
                let errno = |error: std::io::Error| error.raw_os_error().unwrap_or(0);
                let stat = stat.map_err(errno).map(|stat| stat.is_dir());
                text += &format!("{when} {path}: {stat:?}\n");
                let list = At {
                    root: held.as_fd(),
                    path,
                };
                text += &format!("{when} {path}: {:?}\n", probe::listing(list).is_ok());
            }
            rustix::fs::seek(&held, rustix::fs::SeekFrom::Start(0)).map(|_| ())
        };
        look("while")?;
        drop(gone);
        look("gone")?;
        let again = Interface::new("gone")?;
        look("again")?;
        let mut buffer = [0; 16];
        let read = rustix::io::pread(&file, &mut buffer, 0);
        text += &format!("the old file: {}\n", errno::show(read, |n| n.to_string()));
        let list = dirent::names(held.as_fd()).map(|list| list.len());
        text += &format!("the old directory: {list:?}\n");
        drop(again);
        fchdir(rustix::fs::open("/", OFlags::PATH, Mode::empty())?)?;
        Ok(text)
    };
    let want = seen("proc", "")?;
    // The hidden name never was.
    let want: Vec<String> = want
        .lines()
        .map(|line| match line.split_once(" mc_forwarding: ") {
            Some((when, "Ok(false)")) => format!("{when} mc_forwarding: Err(2)"),
            _ => line.into(),
        })
        .collect();
    let got = seen(&fstype(), options)?;
    let got: Vec<String> = got.lines().map(str::to_owned).collect();
    ensure!(want == got, "{got:#?}, and by procfs\n{want:#?}");
    Ok(())
}
