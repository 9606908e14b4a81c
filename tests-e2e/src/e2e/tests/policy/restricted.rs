// SPDX-License-Identifier: GPL-2.0

//! What instances with a policy are to the kernel's rule of visible mounts: they need no other, and
//! they are no help to a full one. The module allows here what procfs allows (`userns_mounts=3`),
//! so that the kernel's own rule is all that is left.

use std::path::Path;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::in_child_with;
use proc2_e2e::fstype;
use proc2_e2e::module::LoadedWith;
use proc2_e2e::mount::{self, Instance};
use rustix::mount::{mount, mount_bind, mount_remount, MountFlags};

use super::super::Test;
use super::who::{as_bare_root, as_container, step};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::restricted": no_help_to_a_full_mount, a_full_one_is, below_masks]
}

/// Every way of having a policy.
const POLICIES: &[&str] = &[
    "subset=pid",
    "subset=container",
    "subset=pid,show=kcore",
    "subset=container,show=sys",
    "hide=kcore",
    "hide=pid/environ",
    "writable=sys/net",
    "writable=none",
    "subset=container,hide=uptime,writable=none",
];

/// An administrator's instance with any policy, visible to container root, allows no full one, nor
/// one that would need it.
fn no_help_to_a_full_mount() -> Result<()> {
    let _wide = LoadedWith::new("userns_mounts=3")?;
    for policy in POLICIES {
        let _visible = Instance::new(&fstype(), policy)?;
        let look = || Ok(["", "hidepid=2"].map(|list| step(&fstype(), list)));
        for (who, got) in [
            ("root of a user namespace", as_container(look)?),
            ("uid 0 with CAP_SETFCAP alone", as_bare_root(look)?),
        ] {
            let refused = got.iter().all(|got| got == "fsmount EPERM");
            ensure!(
                refused,
                "beside one of [{policy}], {who} mounting a full one: {got:?}"
            );
        }
    }
    Ok(())
}

/// What makes no policy leaves an instance a full one, as in procfs; beside one with a policy too.
fn a_full_one_is() -> Result<()> {
    let _wide = LoadedWith::new("userns_mounts=3")?;
    for list in ["", "hidepid=2", "gid=5:6", "pid1=visible,hidepid=4"] {
        let _restricted = Instance::new(&fstype(), "hide=kcore")?;
        let _visible = Instance::new(&fstype(), list)?;
        let got = as_container(|| Ok(step(&fstype(), "")))?;
        ensure!(
            got == "ok",
            "a full mount beside one of [{list}] gave {got}"
        );
    }
    Ok(())
}

/// Covers a part of the instance at a place.
type Mask = fn(&Path) -> Result<()>;

/// Whatever covers a full instance or is missing, container root mounts its own.
fn below_masks() -> Result<()> {
    let masks: [(&str, Mask); 4] = [
        ("a directory", |place| {
            let none = MountFlags::empty();
            mount("none", place.join("sys"), "tmpfs", none, c"").context("covering sys")
        }),
        ("a file", |place| {
            mount_bind("/dev/null", place.join("meminfo")).context("bind")
        }),
        ("read-only", |place| {
            mount_remount(place, MountFlags::BIND | MountFlags::RDONLY, c"").context("ro")
        }),
        ("nothing", |_| Ok(())),
    ];
    let _wide = LoadedWith::new("userns_mounts=3")?;
    for (what, mask) in masks {
        let got = in_child_with(libc::CLONE_NEWNS, || {
            let full = mount::detached(&fstype(), &[])?;
            let place = mount::new_directory()?;
            mount::attach(&full, &place)?;
            mask(&place)?;
            mask(Path::new("/proc"))?;
            as_container(|| {
                let lists = [
                    "",
                    "subset=pid",
                    "subset=container",
                    "subset=pid,show=meminfo",
                ];
                Ok(lists.map(|list| step(&fstype(), list)))
            })
        })?;
        let full = if what == "nothing" {
            "ok"
        } else {
            "fsmount EPERM"
        };
        ensure!(
            got == [full, "ok", "ok", "ok"],
            "with {what} covered: {got:?}"
        );
    }
    Ok(())
}
