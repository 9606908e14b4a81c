// SPDX-License-Identifier: GPL-2.0

//! A mount context that is begun by one and made into an instance by another: both must be
//! administrators of the machine where one must be. What an administrator has made may be given on.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, checked, Opt, Refusal};
use rustix::mount::{fsconfig_create, fsmount, FsMountFlags, MountAttrFlags};
use rustix::process::{pidfd_getfd, pidfd_open, PidfdFlags, PidfdGetfdFlags};
use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};

use super::super::Test;
use super::who::{outcome, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::handed":
        begun_below, begun_above, made_above, begun_without_the_capability, refused_and_tried_again,
    ]
}

/// A container that waits: user, mount and pid namespaces with an owner that is not the machine's
/// root.
struct Container(Sleeper);

impl Container {
    fn new() -> Result<Self> {
        let flags = libc::CLONE_NEWUSER | libc::CLONE_NEWPID | libc::CLONE_NEWNS;
        let init = Sleeper::with_flags(flags, || Ok(()))?;
        for map in ["uid_map", "gid_map"] {
            std::fs::write(format!("/proc/{}/{map}", init.id()), "0 100000 1000").context(map)?;
        }
        Ok(Self(init))
    }

    fn file(&self, kind: &str) -> Result<OwnedFd> {
        let path = format!("/proc/{}/ns/{kind}", self.0.id());
        Ok(File::open(&path).context(path)?.into())
    }

    /// Runs `work` as its root.
    fn within(&self, work: impl FnOnce() -> Result<String>) -> Result<String> {
        let (users, mounts) = (self.file("user")?, self.file("mnt")?);
        in_child(|| {
            enter(&users, &mounts)?;
            work()
        })
    }
}

fn enter(users: &OwnedFd, mounts: &OwnedFd) -> Result<()> {
    for (fd, kind) in [
        (users, LinkNameSpaceType::User),
        (mounts, LinkNameSpaceType::Mount),
    ] {
        move_into_link_name_space(fd.as_fd(), Some(kind)).context("setns")?;
    }
    Ok(())
}

/// Makes a superblock of a context.
fn create(context: &OwnedFd) -> Result<(), Refusal> {
    checked(context, "create".into(), fsconfig_create(context))
}

/// Makes a mount of a context's superblock.
fn mounted(context: &OwnedFd) -> Result<OwnedFd, Refusal> {
    let flags = FsMountFlags::FSMOUNT_CLOEXEC;
    fsmount(context, flags, MountAttrFlags::empty()).map_err(|error| Refusal {
        step: "fsmount".into(),
        errno: error.raw_os_error(),
        log: Vec::new(),
    })
}

/// The descriptor that a container's process keeps its context under.
const KEPT: i32 = 200;

/// A context that container root has begun and set options on.
fn begun_by(container: &Container, list: &str) -> Result<OwnedFd> {
    let (users, mounts) = (container.file("user")?, container.file("mnt")?);
    let holder = Sleeper::new(|| {
        enter(&users, &mounts)?;
        let context = mount::context(&fstype(), &mount::options(list))?;
        // SAFETY: nobody has a descriptor of this number.
        let number = unsafe { libc::dup2(context.as_raw_fd(), KEPT) };
        ensure!(number == KEPT, "dup2");
        Ok(())
    })?;
    let process = pidfd_open(holder.pid, PidfdFlags::empty())?;
    pidfd_getfd(process, KEPT, PidfdGetfdFlags::empty()).context("pidfd_getfd")
}

/// An administrator who finishes what container root has begun gives it nothing that it could not
/// have.
fn begun_below() -> Result<()> {
    let container = Container::new()?;
    for (list, want) in [
        ("subset=pid,show=kcore", "create EPERM"),
        ("subset=container,writable=sys/net", "create EPERM"),
        ("hide=kcore", "create EPERM"),
        ("", "create EPERM"),
        ("subset=container", "ok"),
        ("subset=pid,show=meminfo", "ok"),
    ] {
        let context = begun_by(&container, list)?;
        let got = outcome(create(&context));
        ensure!(
            got.starts_with(want),
            "[{list}] begun below, made by root: {got}, not {want}"
        );
        if want == "ok" {
            let got = container.within(|| Ok(outcome(mounted(&context))))?;
            ensure!(got == "ok", "[{list}] fsmount below: {got}");
        }
    }
    Ok(())
}

/// And what an administrator has begun, container root can't make into more than its own.
fn begun_above() -> Result<()> {
    let container = Container::new()?;
    let pids = container.file("pid")?;
    for (list, want) in [
        ("subset=pid,show=kcore", "create EPERM"),
        ("subset=container,writable=none", "create EPERM"),
        ("hide=kcore", "create EPERM"),
        ("", "create EPERM"),
        ("subset=container", "ok"),
    ] {
        // Of a pid namespace of its own, or the kernel refuses it before us.
        let options = [vec![Opt::Fd("pidns", &pids)], mount::options(list)].concat();
        let context = mount::context(&fstype(), &options)?;
        let got = container.within(|| Ok(outcome(create(&context))))?;
        ensure!(
            got.starts_with(want),
            "[{list}] begun by root, made below: {got}, not {want}"
        );
        let ours = got == "ok" || got.contains("CAP_SYS_ADMIN in the initial user namespace");
        ensure!(ours, "[{list}] was refused without a word of ours: {got}");
    }
    Ok(())
}

/// What an administrator has made is the administrator's to give, as a descriptor of a mount is; a
/// full one is not mounted where none is visible, by the kernel's own rule.
fn made_above() -> Result<()> {
    let container = Container::new()?;
    for (list, want) in [
        ("subset=pid,show=kcore", "ok"),
        ("hide=keys", "ok"),
        ("", "fsmount EPERM"),
    ] {
        let context = mount::context(&fstype(), &mount::options(list))?;
        create(&context)?;
        let got = container.within(|| {
            let made = mounted(&context);
            let shows = made.as_ref().map(|root| there(root, "kcore"));
            if let Ok(shows) = shows {
                ensure!(shows == "there", "[{list}] kcore: {shows}");
            }
            Ok(outcome(made))
        })?;
        ensure!(
            got.starts_with(want),
            "[{list}] made by root, mounted below: {got}, not {want}"
        );
    }
    Ok(())
}

/// The capability counts, not the uid, and at the time of each of the two.
fn begun_without_the_capability() -> Result<()> {
    let context = mount::context(&fstype(), &mount::options("subset=container,show=kcore"))?;
    let got = in_child(|| {
        super::who::give_up_all()?;
        Ok(outcome(create(&context)))
    })?;
    ensure!(
        got.starts_with("create EPERM"),
        "made by a root without capabilities: {got}"
    );
    // What an administrator has begun is still that.
    let got = outcome(create(&context));
    ensure!(got == "ok", "and then by root: {got}");
    Ok(())
}

/// A context whose making was refused makes nothing any more: nor an instance that lacks what was
/// said on it.
fn refused_and_tried_again() -> Result<()> {
    let container = Container::new()?;
    let context = begun_by(&container, "subset=container,hide=uptime,show=kcore")?;
    let got = outcome(create(&context));
    ensure!(got.starts_with("create EPERM"), "at first: {got}");
    let again = outcome(create(&context));
    let said = outcome(mount::configure(&context, &mount::options("hidepid=2")));
    let mounted = outcome(mounted(&context));
    for (what, got) in [("made", again), ("said", said), ("mounted", mounted)] {
        ensure!(got != "ok", "{what} after the refusal: {got}");
    }
    Ok(())
}
