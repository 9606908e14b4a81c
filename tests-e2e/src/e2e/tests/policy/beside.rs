// SPDX-License-Identifier: GPL-2.0

//! What a remount changes beside a policy: what hides tasks, and whether anything can be written.

use anyhow::{ensure, Result};
use proc2_e2e::child::in_child_with;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::{errno, fstype};
use rustix::mount::{
    fsconfig_create, fsconfig_reconfigure, fsmount, mount_remount, FsMountFlags, MountAttrFlags,
    MountFlags,
};

use super::super::Test;
use super::change::{by_mount, ALL};
use super::who::{as_container, outcome, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::beside":
        what_hides_tasks, read_only, pidns_is_busy, by_container_root,
        by_the_context_that_made_it,
    ]
}

/// hidepid, gid and pid1 change, and the lists stay.
fn what_hides_tasks() -> Result<()> {
    let lists = "show=kcore:vmstat,hide=pid/environ:uptime:version,writable=sys/net";
    let instance = Instance::new(&fstype(), ALL)?;
    let root = instance.root()?;
    for (change, before, after) in [
        ("hidepid=2", "hidepid=invisible,", ""),
        ("pid1=visible", "hidepid=invisible,", ",pid1=visible"),
        ("gids=5:6", "gids=5:6,hidepid=invisible,", ",pid1=visible"),
        ("hidepid=off,gid=7", "gid=7,", ",pid1=visible"),
        ("pid1=hidden,gid=0", "", ""),
        (
            "hidepid=4,hide=version:uptime:pid/environ",
            "hidepid=ptraceable,",
            "",
        ),
        ("hidepid=0", "", ""),
    ] {
        for way in ["fspick", "mount(2)"] {
            let got = match way {
                "fspick" => outcome(instance.reconfigure(change)),
                _ => by_mount(&instance, change)?,
            };
            let want = format!("rw,{before}subset=container,{lists}{after}");
            ensure!(
                got == "ok" && instance.shown()? == want,
                "{way} with {change}: {got}, shown as {}, not {want}",
                instance.shown()?
            );
            let shown = ["kcore", "uptime", "self/environ", "sys/kernel/core_pattern"];
            let found = shown.map(|path| there(&root, path));
            ensure!(
                found == ["there", "ENOENT", "ENOENT", "ENOENT"],
                "{change}: {found:?}"
            );
        }
    }
    Ok(())
}

/// Read-only and back: a superblock's own flag, which the lists have no say in.
fn read_only() -> Result<()> {
    let instance = Instance::new(&fstype(), "writable=sys/net")?;
    let try_one = |path: &str| {
        let done = std::fs::OpenOptions::new()
            .write(true)
            .open(instance.join(path));
        done.map_or_else(
            |error| errno::name(error.raw_os_error().unwrap_or(0)),
            |_| "ok".into(),
        )
    };
    for (flags, shown, listed) in [
        (MountFlags::RDONLY, "ro,writable=sys/net", "EROFS"),
        (MountFlags::empty(), "rw,writable=sys/net", "ok"),
    ] {
        mount_remount(&instance.path, flags, c"")?;
        let got = [
            try_one("sys/net/core/somaxconn"),
            try_one("sys/kernel/hostname"),
        ];
        ensure!(got == [listed, "EROFS"], "{shown}: {got:?}");
        ensure!(instance.shown()? == shown, "shown as {}", instance.shown()?);
    }
    Ok(())
}

fn pidns_is_busy() -> Result<()> {
    let instance = Instance::new(&fstype(), ALL)?;
    let got = outcome(instance.reconfigure("pidns=/proc/self/ns/pid"));
    ensure!(got.starts_with("option pidns EBUSY"), "pidns=: {got}");
    Ok(())
}

/// Container root changes of its own instance what it may, and nothing of the lists; of one that it
/// was given, nothing.
fn by_container_root() -> Result<()> {
    in_child_with(libc::CLONE_NEWNS, || {
        let given = Instance::new(&fstype(), "subset=container,hide=uptime")?;
        as_container(|| {
            let own = Instance::new(&fstype(), "subset=container,hide=uptime")?;
            let shown = given.shown()?;
            for (change, want) in [
                ("hidepid=2", "ok"),
                ("hide=uptime", "ok"),
                ("hide=meminfo", "EINVAL"),
                ("subset=pid", "EINVAL"),
                ("show=meminfo", "EINVAL"),
                ("show=kcore", "EINVAL"),
                ("writable=sys/net", "EINVAL"),
                ("writable=none", "EINVAL"),
            ] {
                let got = [by_mount(&own, change)?, by_mount(&given, change)?];
                ensure!(
                    got == [want, "EPERM"],
                    "{change}: own {}, given {}",
                    got[0],
                    got[1]
                );
                let picked = outcome(own.reconfigure(change));
                ensure!(
                    (picked == "ok") == (want == "ok"),
                    "{change} of its own: {picked}"
                );
            }
            let now = [own.shown()?, given.shown()?];
            let want = "rw,hidepid=invisible,subset=container,hide=uptime";
            ensure!(now == [want, &shown], "shown as {now:?}");
            Ok(())
        })
    })
}

/// The context that has made an instance changes it afterwards: as any other remount.
fn by_the_context_that_made_it() -> Result<()> {
    for (change, want) in [
        (
            "hidepid=2",
            "rw,hidepid=invisible,subset=container,hide=uptime",
        ),
        ("hide=uptime", "rw,subset=container,hide=uptime"),
        ("hide=meminfo", "reconfigure EINVAL"),
        ("show=kcore", "reconfigure EINVAL"),
        ("writable=none", "reconfigure EINVAL"),
        ("subset=pid", "reconfigure EINVAL"),
        ("pidns=/proc/self/ns/pid", "option pidns EBUSY"),
    ] {
        let options = mount::options("subset=container,hide=uptime");
        let context = mount::context(&fstype(), &options)?;
        fsconfig_create(&context)?;
        let flags = FsMountFlags::FSMOUNT_CLOEXEC;
        let made = fsmount(&context, flags, MountAttrFlags::empty())?;
        let place = mount::new_directory()?;
        mount::attach(&made, &place)?;
        let said = mount::configure(&context, &mount::options(change));
        let done = said.and_then(|()| {
            let done = fsconfig_reconfigure(&context);
            mount::checked(&context, "reconfigure".into(), done)
        });
        let got = outcome(done);
        let shown = mount::shown(&place)?;
        rustix::mount::unmount(&place, rustix::mount::UnmountFlags::DETACH)?;
        let as_wanted = match got.as_str() {
            "ok" => shown == want,
            got => got.starts_with(want) && shown == "rw,subset=container,hide=uptime",
        };
        ensure!(as_wanted, "{change}: {got}, shown as {shown}, not {want}");
    }
    Ok(())
}
