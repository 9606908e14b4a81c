// SPDX-License-Identifier: GPL-2.0

//! What a remount leaves of a policy: all of it. It may be said again, in other words; what hides
//! tasks changes beside it as in procfs.

use std::ffi::CString;

use anyhow::{ensure, Result};
use proc2_e2e::mount::Instance;
use proc2_e2e::{errno, fstype};
use rustix::mount::{mount_remount, MountFlags};

use super::super::Test;
use super::who::{outcome, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::change": said_again, more_and_fewer, all_or_nothing]
}

/// An instance with all lists.
pub(super) const ALL: &str =
    "subset=container,show=kcore:vmstat,hide=pid/environ:uptime:version,writable=sys/net";

/// Instances, and remounts that change nothing.
const SAME: &[(&str, &[&str])] = &[
    (
        ALL,
        &[
            "",
            ALL,
            "subset=container",
            "subset=pid,subset=container",
            "show=kcore:vmstat",
            "show=vmstat:kcore",
            "show=vmstat,show=kcore",
            "show=kcore:vmstat:kcore/x",
            "hide=version:uptime:pid/environ",
            "hide=uptime,hide=version:uptime,hide=pid/environ",
            "hide=%75ptime:version:pid/environ",
            "writable=sys/net",
            "writable=sys/net:sys/net/core",
            "writable=none,writable=sys/net",
        ],
    ),
    (
        "writable=none",
        &["writable=none", "writable=none,writable=none"],
    ),
    ("hide=kcore", &["hide=kcore", ""]),
    (
        "subset=pid,show=sys",
        &["subset=pid", "show=sys", "show=sys:sys/kernel"],
    ),
];

/// Instances, remounts that would change something, and the option that is named.
const OTHER: &[(&str, &[(&str, &str)])] = &[
    (
        ALL,
        &[
            ("subset=pid", "subset="),
            ("show=kcore", "show="),
            ("show=kcore:vmstat:misc", "show="),
            ("show=meminfo", "show="),
            ("hide=uptime:version", "hide="),
            ("hide=uptime:version:pid/environ:meminfo", "hide="),
            ("hide=pid/environ", "hide="),
            ("writable=none", "writable="),
            ("writable=sys", "writable="),
            ("writable=sys/net:sys/user", "writable="),
            ("show=vmstat:kcore,hide=kcore", "hide="),
        ],
    ),
    (
        "",
        &[
            ("subset=container", "subset="),
            ("hide=kcore", "hide="),
            ("show=kcore", "show="),
            ("writable=none", "writable="),
            ("writable=sys", "writable="),
        ],
    ),
    (
        "subset=pid",
        &[
            ("subset=container", "subset="),
            ("show=meminfo", "show="),
            ("hide=pid/environ", "hide="),
            ("writable=none", "writable="),
        ],
    ),
    (
        "writable=none",
        &[("writable=sys", "writable="), ("hide=kcore", "hide=")],
    ),
    (
        "hide=none",
        &[("writable=none", "writable="), ("hide=kcore", "hide=")],
    ),
];

/// Remounts by mount(2), which takes all options at once and says nothing but an errno.
pub(super) fn by_mount(instance: &Instance, list: &str) -> Result<String> {
    let data = CString::new(list)?;
    let done = mount_remount(&instance.path, MountFlags::empty(), &*data);
    Ok(errno::show(done, |()| "ok".into()))
}

fn said_again() -> Result<()> {
    for (list, remounts) in SAME {
        let instance = Instance::new(&fstype(), list)?;
        let shown = instance.shown()?;
        for again in *remounts {
            let picked = outcome(instance.reconfigure(again));
            let old = by_mount(&instance, again)?;
            ensure!(
                picked == "ok" && old == "ok" && instance.shown()? == shown,
                "[{list}] with [{again}]: {picked}, by mount(2) {old}, shown as {}",
                instance.shown()?
            );
        }
    }
    Ok(())
}

fn more_and_fewer() -> Result<()> {
    for (list, remounts) in OTHER {
        let instance = Instance::new(&fstype(), list)?;
        let shown = instance.shown()?;
        let root = instance.root()?;
        let names = ["kcore", "vmstat", "uptime", "meminfo", "self/environ"];
        let before = names.map(|name| there(&root, name));
        for (change, named) in *remounts {
            let picked = outcome(instance.reconfigure(change));
            let told = format!("{named} cannot be changed by a remount (mount a new instance)");
            ensure!(
                picked.starts_with("reconfigure EINVAL: ") && picked.contains(&told),
                "[{list}] with [{change}]: {picked}, expected {told}"
            );
            let old = by_mount(&instance, change)?;
            ensure!(
                old == "EINVAL",
                "[{list}] with [{change}] by mount(2): {old}"
            );
            let after = names.map(|name| there(&root, name));
            ensure!(
                instance.shown()? == shown && after == before,
                "[{list}] after the refused [{change}]: {}, {after:?}",
                instance.shown()?
            );
        }
    }
    Ok(())
}

/// What could be changed is not, where something beside it can't.
fn all_or_nothing() -> Result<()> {
    let instance = Instance::new(&fstype(), ALL)?;
    let shown = instance.shown()?;
    for change in [
        "hidepid=2,hide=meminfo",
        "hide=meminfo,hidepid=2",
        "gid=5,pid1=visible,subset=pid",
        "hidepid=2,show=..",
    ] {
        let picked = outcome(instance.reconfigure(change));
        let old = by_mount(&instance, change)?;
        ensure!(
            picked.contains(" EINVAL: ") && old == "EINVAL" && instance.shown()? == shown,
            "[{change}]: {picked}, {old}, shown as {}",
            instance.shown()?
        );
    }
    Ok(())
}
