// SPDX-License-Identifier: GPL-2.0

//! `hide=net` and `hide=net/NAME`: one name for the link in the root and for every task's `net`.

use std::fs;
use std::os::fd::AsFd;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{errno, fstype};
use rustix::fs::{openat, Mode, OFlags};

use super::super::Test;
use super::tasks::names;
use super::ways::Ways;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": net]
}

/// `net` and what is in it, at all places where it stands.
fn net() -> Result<()> {
    let pid = std::process::id();
    let task = format!("self/task/{pid}/net");
    let places = ["net", "self/net", "thread-self/net", &task, "1/net"];
    let ways = Ways::new()?;
    for base in ["", "subset=pid,show=net,", "subset=container,"] {
        let root = Instance::new(&fstype(), &format!("{base}hide=net"))?.into_root()?;
        for place in places {
            for path in [
                place.to_owned(),
                format!("{place}/dev"),
                format!("{place}/stat/rt_cache"),
            ] {
                for (way, outcome) in ways.of(root.as_fd(), &path) {
                    ensure!(
                        outcome == "ENOENT",
                        "{base}hide=net: {path} by {way}: {outcome}"
                    );
                }
            }
        }
        let listed = names(&root, "self")?;
        ensure!(
            !listed.iter().any(|(name, _)| name == "net"),
            "{base}: self lists net"
        );

        let plain = Instance::new(&fstype(), "")?.into_root()?;
        let options = format!("{base}hide=net/dev:net/stat");
        let root = Instance::new(&fstype(), &options)?.into_root()?;
        for place in places {
            let held = openat(&root, place, OFlags::PATH, Mode::empty());
            let held = held.with_context(|| format!("{options}: {place}"))?;
            let gone = |when: &str| -> Result<()> {
                for path in ["dev", "stat", "stat/rt_cache"] {
                    for (way, outcome) in ways.of(held.as_fd(), path) {
                        ensure!(
                            outcome == "ENOENT",
                            "{options}, {when}: {place}/{path} by {way}: {outcome}"
                        );
                    }
                    let whole = format!("{place}/{path}");
                    for (way, outcome) in ways.of(root.as_fd(), &whole) {
                        ensure!(
                            outcome == "ENOENT",
                            "{options}, {when}: {whole} by {way}: {outcome}"
                        );
                    }
                }
                Ok(())
            };
            gone("first")?;
            let mut want = names(&plain, place)?;
            want.retain(|(name, _)| name != "dev" && name != "stat");
            let got = names(&root, place)?;
            ensure!(got == want, "{options}: {place} has {got:?}, not {want:?}");
            for (name, kind) in &got {
                let path = format!("{place}/{name}");
                let at = At {
                    root: root.as_fd(),
                    path: &path,
                };
                let found = errno::show(at.kind(), |kind| format!("{kind:?}"));
                ensure!(found == format!("{kind:?}"), "{options}: {path} is {found}");
            }
            gone("after a listing")?;
            fs::write("/proc/sys/vm/drop_caches", "2")?;
            gone("after drop_caches")?;
            let text = probe::read_all(At {
                root: held.as_fd(),
                path: "netstat",
            });
            ensure!(text.starts_with(b"TcpExt"), "{options}: {place}/netstat");
        }
    }
    Ok(())
}
