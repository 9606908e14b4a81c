// SPDX-License-Identifier: GPL-2.0

//! What all instances share of an entry, its mode and its owner, is not changed by one with a
//! policy; what an instance has of its own, its times, is.

use std::os::fd::OwnedFd;

use anyhow::{ensure, Result};
use proc2_e2e::caller::ORDINARY;
use proc2_e2e::child::in_child;
use proc2_e2e::mount;
use proc2_e2e::probe::show_stat;
use proc2_e2e::{errno, fstype};
use rustix::fs::{
    chmodat, chownat, statat, utimensat, AtFlags, Gid, Mode, Timespec, Timestamps, Uid, UTIME_NOW,
};

use super::super::Test;
use super::who::{give_up_all, show};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::shared": mode_and_owner_stay, times_are_the_instances_own]
}

/// In procfs a mode or owner that is changed is changed for the whole machine. Not by an instance
/// with a policy, whoever asks.
fn mode_and_owner_stay() -> Result<()> {
    let paths = [
        "meminfo",
        "uptime",
        "sysvipc",
        "sysvipc/shm",
        "sys",
        "sys/kernel/hostname",
        "fs",
    ];
    let oracle = mount::detached("proc", &[])?;
    let plain = mount::detached(&fstype(), &[])?;
    let stats = |root: &OwnedFd| -> Vec<String> {
        let one = |path: &&str| {
            errno::show(statat(root, *path, AtFlags::empty()), |stat| {
                show_stat(&stat)
            })
        };
        paths.iter().map(one).collect()
    };
    let before = (stats(&oracle), stats(&plain));
    for list in ["writable=sys", "hide=kcore", "subset=container,show=fs"] {
        let root = mount::detached(&fstype(), &mount::options(list))?;
        let (own, attempts) = (stats(&root), |path: &str| {
            let flags = AtFlags::empty();
            [
                show(chmodat(&root, path, Mode::empty(), flags)),
                show(chmodat(&root, path, Mode::from_raw_mode(0o777), flags)),
                show(chownat(&root, path, Some(Uid::from_raw(77)), None, flags)),
                show(chownat(&root, path, None, Some(Gid::from_raw(77)), flags)),
                show(chownat(
                    &root,
                    path,
                    Some(Uid::ROOT),
                    Some(Gid::ROOT),
                    flags,
                )),
            ]
        });
        for who in ["root", "uid 0 without capabilities", "user"] {
            let got = in_child(|| {
                match who {
                    "root" => {}
                    "user" => ORDINARY.become_it()?,
                    _ => give_up_all()?,
                }
                Ok(paths.map(&attempts))
            })?;
            for (path, got) in paths.iter().zip(got) {
                let refused = got.iter().all(|got| got == "EPERM");
                ensure!(
                    refused,
                    "[{list}] {who}, chmod and chown of {path}: {got:?}"
                );
            }
        }
        ensure!(
            stats(&root) == own,
            "[{list}]: {:?}, before {own:?}",
            stats(&root)
        );
    }
    let after = (stats(&oracle), stats(&plain));
    ensure!(after == before, "elsewhere: {after:?}, before {before:?}");
    // A mount of the kernel's own has new inodes, which would have it from the entries.
    let fresh = stats(&mount::detached("proc", &[])?);
    ensure!(fresh == before.0, "in a new mount: {fresh:?}");
    Ok(())
}

/// Times are the inode's: no other instance has them; and who may not write may not touch.
fn times_are_the_instances_own() -> Result<()> {
    let root = mount::detached(&fstype(), &mount::options("writable=none"))?;
    let other = mount::detached(&fstype(), &mount::options("writable=none"))?;
    let oracle = mount::detached("proc", &[])?;
    let stamp = |nsec| {
        let time = Timespec {
            tv_sec: 1,
            tv_nsec: nsec,
        };
        Timestamps {
            last_access: time,
            last_modification: time,
        }
    };
    for path in ["uptime", "sysvipc", "sys/kernel/hostname", "sys/kernel"] {
        let mtime = |root: &OwnedFd| statat(root, path, AtFlags::empty()).map(|stat| stat.st_mtime);
        let before = mtime(&other)?;
        let set = utimensat(&root, path, &stamp(2), AtFlags::empty());
        let want = utimensat(&oracle, path, &stamp(2), AtFlags::empty());
        ensure!(
            set == want && mtime(&other)? == before,
            "{path}: {set:?}, on procfs {want:?}"
        );
        if set.is_ok() {
            ensure!(mtime(&root)? == 1, "{path} has {}", mtime(&root)?);
        }
        let got = in_child(|| {
            ORDINARY.become_it()?;
            let set = show(utimensat(&root, path, &stamp(2), AtFlags::empty()));
            let now = show(utimensat(&root, path, &stamp(UTIME_NOW), AtFlags::empty()));
            Ok([set, now])
        })?;
        ensure!(got == ["EPERM", "EROFS"], "{path} by a user: {got:?}");
    }
    Ok(())
}
