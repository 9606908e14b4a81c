// SPDX-License-Identifier: GPL-2.0

//! A mount context that changes hands: options said in one user namespace, and the superblock made or
//! changed from another. `gid=` means the group that it is for whoever says it; procfs takes the
//! number for one of whoever makes the superblock. Not run on procfs.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::module::LoadedWith;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::{errno, fstype};
use rustix::fs::CWD;
use rustix::mount::{
    fsconfig_create, fsconfig_reconfigure, fsmount, fspick, unmount, FsMountFlags, FsPickFlags,
    MountAttrFlags, UnmountFlags,
};
use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["handover": said_below_made_above, said_above_made_below, said_below_changed_above]
}

/// A user namespace that numbers the groups 100,000 to 100,999 from 0 on, with a pid namespace of its
/// own.
struct Below(Sleeper);

impl Below {
    fn new() -> Result<Self> {
        let init = Sleeper::with_flags(libc::CLONE_NEWUSER | libc::CLONE_NEWPID, || Ok(()))?;
        for map in ["uid_map", "gid_map"] {
            fs::write(format!("/proc/{}/{map}", init.id()), "0 100000 1000")
                .with_context(|| map)?;
        }
        Ok(Self(init))
    }

    fn file(&self, kind: &str) -> Result<OwnedFd> {
        let path = format!("/proc/{}/ns/{kind}", self.0.id());
        Ok(fs::File::open(&path).context(path)?.into())
    }

    /// Runs `work` as its root.
    fn within(&self, work: impl FnOnce() -> Result<String>) -> Result<String> {
        let users = self.file("user")?;
        in_child(|| {
            move_into_link_name_space(users.as_fd(), Some(LinkNameSpaceType::User))
                .context("setns")?;
            work()
        })
    }
}

/// What saying `gid=` on a context gives.
fn say(context: &OwnedFd, gid: &str) -> Result<String> {
    Ok(match mount::configure(context, &[Opt::Text("gid", gid)]) {
        Ok(()) => "ok".into(),
        Err(refusal) => {
            let told = refusal.log.iter().any(|line| line.contains(gid));
            format!(
                "{}{}",
                errno::name(refusal.errno),
                if told { ", told" } else { "" }
            )
        }
    })
}

/// What is shown of the superblock that a context has made.
fn shown(context: &OwnedFd) -> Result<String> {
    let made = fsmount(
        context,
        FsMountFlags::FSMOUNT_CLOEXEC,
        MountAttrFlags::empty(),
    )?;
    let directory = mount::new_directory()?;
    mount::attach(&made, &directory)?;
    let shown = mount::shown(&directory);
    unmount(&directory, UnmountFlags::DETACH)?;
    fs::remove_dir(&directory)?;
    shown
}

/// Compares what each type gives with what is expected of it.
fn each(what: &str, want: [&str; 2], look: impl Fn(&str) -> Result<String>) -> Result<()> {
    for (fstype, want) in ["proc", &fstype()].into_iter().zip(want) {
        let got = look(fstype)?;
        ensure!(got == want, "{fstype}, {what}: {got}, expected {want}");
    }
    Ok(())
}

/// A group said in the namespace below is one of those that it has, however mighty who makes the
/// superblock: there is no naming of groups that are none of its own.
fn said_below_made_above() -> Result<()> {
    let below = Below::new()?;
    for (gid, want) in [
        ("5", ["ok, rw,gid=5", "ok, rw,gid=100005"]),
        ("0", ["ok, rw", "ok, rw,gid=100000"]),
        ("2000", ["ok, rw,gid=2000", "EINVAL, told, rw"]),
    ] {
        each(&format!("gid={gid}"), want, |fstype| {
            let context = mount::context(fstype, &[])?;
            let said = below.within(|| say(&context, gid))?;
            fsconfig_create(&context).context("create")?;
            Ok(format!("{said}, {}", shown(&context)?))
        })?;
    }
    Ok(())
}

/// The other way: what the namespace above has said does not become another group below.
fn said_above_made_below() -> Result<()> {
    // A full one, as procfs allows it there.
    let _wide = LoadedWith::new("userns_mounts=3")?;
    let below = Below::new()?;
    let pids = below.file("pid")?;
    for (gid, want) in [
        ("5", ["ok, rw,gid=100005", "ok, rw,gid=5"]),
        // A group that the namespace below has no number for exempts nobody in procfs, and is shown
        // as the overflow id.
        ("2000", ["ok, rw,gid=65534", "ok, rw,gid=2000"]),
    ] {
        each(&format!("gid={gid}"), want, |fstype| {
            // Of a pid namespace that is theirs, or they could not make it.
            let context = mount::context(fstype, &[Opt::Fd("pidns", &pids)])?;
            let said = say(&context, gid)?;
            below.within(|| {
                fsconfig_create(&context).context("create")?;
                Ok(String::new())
            })?;
            Ok(format!("{said}, {}", shown(&context)?))
        })?;
    }
    Ok(())
}

fn said_below_changed_above() -> Result<()> {
    let below = Below::new()?;
    each(
        "remount with gid=5",
        ["ok, rw,gid=5", "ok, rw,gid=100005"],
        |fstype| {
            let instance = Instance::new(fstype, "gid=7")?;
            let context = fspick(CWD, &instance.path, FsPickFlags::FSPICK_CLOEXEC)?;
            let said = below.within(|| say(&context, "5"))?;
            fsconfig_reconfigure(&context).context("reconfigure")?;
            Ok(format!("{said}, {}", instance.shown()?))
        },
    )
}
