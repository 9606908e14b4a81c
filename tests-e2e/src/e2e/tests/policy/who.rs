// SPDX-License-Identifier: GPL-2.0

//! Who mounts: the root of a container of an ordinary user, and a root that has almost nothing
//! left; and what mounting gives them.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::child::in_child;
use proc2_e2e::mount::{self, Refusal};
use proc2_e2e::probe::At;
use proc2_e2e::{errno, fstype};
use rustix::fs::OFlags;
use rustix::thread::{capabilities, set_capabilities, unshare_unsafe, CapabilitySet, UnshareFlags};
use serde::{de::DeserializeOwned, Serialize};

use super::super::userns::in_user_namespace;

/// Runs `work` as root of a user namespace of user 1000, in mount and pid namespaces of its own.
pub(super) fn as_container<T, F>(work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    in_user_namespace(UnshareFlags::empty(), work)
}

/// As [`as_container`], with further namespaces.
pub(super) fn as_container_with<T, F>(extra: UnshareFlags, work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    in_user_namespace(extra, work)
}

/// Leaves the calling process, root, no capability but CAP_SETFCAP: with it, it may make a user
/// namespace in which it is the machine's root.
pub(super) fn give_up_all() -> Result<()> {
    let mut sets = capabilities(None).context("capget")?;
    sets.effective = CapabilitySet::SETFCAP;
    sets.permitted = CapabilitySet::SETFCAP;
    set_capabilities(None, sets).context("capset")
}

/// Runs `work` as the machine's uid 0 in a user namespace that calls it 0 too, made with
/// CAP_SETFCAP alone, in mount and pid namespaces of its own. What asks for that uid and for no
/// capability lets it in.
pub(super) fn as_bare_root<T, F>(work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    in_child(|| {
        // Opened before anything is given up; the tests' own /proc may be covered.
        let proc = mount::detached("proc", &[])?;
        give_up_all()?;
        become_root_of_a_namespace(&proc)?;
        drop(proc);
        in_child(work)
    })
}

/// Makes user, mount and pid namespaces in which the calling root is root; `proc` is any procfs.
/// The pid namespace counts from the next child on.
pub(super) fn become_root_of_a_namespace(proc: &OwnedFd) -> Result<()> {
    let flags = UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWPID;
    // SAFETY: a child process with one thread; namespaces are no memory.
    unsafe { unshare_unsafe(flags) }.context("unshare as a root without capabilities")?;
    for (name, text) in [
        ("setgroups", "deny"),
        ("uid_map", "0 0 1"),
        ("gid_map", "0 0 1"),
    ] {
        let path = format!("self/{name}");
        let at = At {
            root: proc.as_fd(),
            path: &path,
        };
        let file = at.open(OFlags::WRONLY).context(path.clone())?;
        rustix::io::write(file, text.as_bytes()).context(path.clone())?;
    }
    Ok(())
}

/// What mounting gives: nothing, or the step that failed, its errno, and what the log says.
pub(super) fn outcome<T>(made: Result<T, Refusal>) -> String {
    match made {
        Ok(_) => "ok".into(),
        Err(refusal) => {
            let step = refusal.step.split('=').next().unwrap_or_default();
            let errno = errno::name(refusal.errno);
            format!("{step} {errno}: {}", refusal.log.join("; "))
        }
    }
}

/// As [`outcome`], of mounting the type under test with a list as in `-o`.
pub(super) fn made(list: &str) -> String {
    outcome(mount::detached(&fstype(), &mount::options(list)))
}

/// The first words of what mounting `fstype` gives: the step and the errno.
pub(super) fn step(fstype: &str, list: &str) -> String {
    let text = outcome(mount::detached(fstype, &mount::options(list)));
    text.split(':').next().unwrap_or_default().to_owned()
}

/// Writes to a sysctl what it has, and gives the outcome: nothing changes, but the right is asked.
pub(super) fn write_back(root: &OwnedFd, path: &str) -> String {
    let at = At {
        root: root.as_fd(),
        path,
    };
    let mut text = [0; 4096];
    let read = at
        .open(OFlags::RDONLY)
        .and_then(|file| rustix::io::read(file, &mut text));
    let len = match read {
        Ok(len) => len,
        // What can only be written is opened alone.
        Err(rustix::io::Errno::ACCESS) => 0,
        Err(error) => return errno::name(error.raw_os_error()),
    };
    let written = at.open(OFlags::WRONLY).and_then(|file| match len {
        0 => Ok(0),
        len => rustix::io::write(file, &text[..len]),
    });
    errno::show(written, |_| "written".into())
}

/// What a call gave: nothing worth showing, or the error's name.
pub(super) fn show<T>(done: rustix::io::Result<T>) -> String {
    errno::show(done, |_| "ok".into())
}

/// What looking a path up gives.
pub(super) fn there(root: &OwnedFd, path: &str) -> String {
    let at = At {
        root: root.as_fd(),
        path,
    };
    errno::show(at.kind(), |_| "there".into())
}

/// The mounts of the calling process's namespace that a procfs shows: type and place, in order.
pub(super) fn mounts() -> Result<Vec<(String, String)>> {
    let table = fs::read_to_string("/proc/self/mountinfo").context("mountinfo")?;
    let lines = table.lines().filter_map(|line| {
        let place = line.split(' ').nth(4)?;
        let fstype = line.split(" - ").nth(1)?.split(' ').next()?;
        Some((fstype.to_owned(), place.to_owned()))
    });
    Ok(lines.collect())
}
