// SPDX-License-Identifier: GPL-2.0

//! Whose pid 1 it is: the instance's own, and no other that has the number 1 somewhere.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{become_user, OTHER};
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::{Instance, Opt};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{fstype, target_kinds};
use rustix::fs::{openat, Mode, OFlags};

use super::super::Test;
use super::{instance, names, refused, User};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["pid1": of_the_instance, of_a_namespace_below]
}

/// With `pidns=` it is that namespace's pid 1, and in the namespace around that nobody.
fn of_the_instance() -> Result<()> {
    let inner = Sleeper::with_flags(libc::CLONE_NEWPID, || become_user(OTHER))?;
    let pidns: OwnedFd = std::fs::File::open(format!("/proc/{}/ns/pid", inner.id()))?.into();
    let outer = instance("hidepid=2,pid1=visible")?;
    let options = [
        Opt::Text("hidepid", "2"),
        Opt::Text("pid1", "visible"),
        Opt::Fd("pidns", &pidns),
    ];
    let own = Instance::with(&fstype(), &options)?.into_root()?;
    let _user = User::enter()?;
    refused(
        outer.as_fd(),
        &format!("{}/stat", inner.id()),
        "ENOENT",
        "in the namespace around",
    )?;
    refused(
        outer.as_fd(),
        &format!("{}/comm", inner.id()),
        "ENOENT",
        "in the one around",
    )?;
    let listed = names(outer.as_fd())?;
    ensure!(
        !listed.contains(&inner.id().to_string()),
        "listed in the one around: {listed:?}"
    );
    let dir = openat(&own, "1", OFlags::RDONLY, Mode::empty()).context("its own pid 1")?;
    ensure!(
        names(dir.as_fd())? == ["cgroup", "comm", "stat", "status"],
        "{:?}",
        names(dir.as_fd())?
    );
    refused(own.as_fd(), "1/environ", "ENOENT", "its own")?;
    let status = probe::read_all(At {
        root: own.as_fd(),
        path: "1/status",
    });
    let status = String::from_utf8_lossy(&status);
    ensure!(status.contains(&format!("\nUid:\t{OTHER}\t")), "{status}");
    Ok(())
}

/// From inside a namespace, in which the number 1 is another's, the instance's own pid 1 counts.
fn of_a_namespace_below() -> Result<()> {
    let outer = instance("hidepid=2,pid1=visible")?;
    let other = target_kinds::plain(OTHER)?;
    proc2_e2e::child::in_child_with(libc::CLONE_NEWPID, || {
        let own = instance("hidepid=2,pid1=visible")?;
        // Not watched: `/proc` numbers it otherwise.
        let stranger = Sleeper::new_unwatched(|| become_user(OTHER))?;
        let _user = User::enter()?;
        ensure!(
            rustix::process::getpid().as_raw_nonzero().get() == 1,
            "not the first process"
        );
        // It is pid 1 itself there, and sees itself; in the outer one pid 1 is the machine's.
        refused(
            outer.as_fd(),
            &format!("{}/stat", other.id()),
            "ENOENT",
            "another's, outer",
        )?;
        refused(outer.as_fd(), "1/environ", "ENOENT", "outer")?;
        let comm = probe::read_all(At {
            root: outer.as_fd(),
            path: "1/comm",
        });
        ensure!(
            !comm.starts_with(b"E"),
            "outer: {}",
            String::from_utf8_lossy(&comm)
        );
        refused(
            own.as_fd(),
            &format!("{}/stat", stranger.id()),
            "ENOENT",
            "a stranger, inside",
        )
    })?;
    Ok(())
}
