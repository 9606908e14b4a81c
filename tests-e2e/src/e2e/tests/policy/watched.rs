// SPDX-License-Identifier: GPL-2.0

//! Who might learn of what is hidden by looking on, or answer in an instance's place: watchers of
//! the filesystem, and what is stacked upon it.

use std::ffi::CString;
use std::fs;
use std::os::fd::{AsFd, AsRawFd as _};
use std::path::Path;

use anyhow::{ensure, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno, fstype};
use rustix::fs::{OFlags, CWD};
use rustix::mount::{mount as mount_old, open_tree, MountFlags, OpenTreeFlags};

use super::super::Test;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::watched": nothing_is_stacked, nobody_is_told]
}

/// What an overlay with a directory below gives.
fn overlay(below: &Path) -> Result<String> {
    let (place, other) = (mount::new_directory()?, mount::new_directory()?);
    let data = format!("lowerdir={}:{}", below.display(), other.display());
    let data = CString::new(data)?;
    let done = mount_old("none", &place, "overlay", MountFlags::empty(), &*data);
    Ok(errno::show(done, |()| "ok".into()))
}

/// What a clone of a mount with other owners gives, those of a user namespace.
fn idmapped(path: &Path, users: &fs::File) -> Result<String> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let clone = open_tree(CWD, path, flags)?;
    let attr: [u64; 4] = [libc::MOUNT_ATTR_IDMAP, 0, 0, users.as_raw_fd() as u64];
    // SAFETY: the path and the attributes live through the call, and have the sizes told.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            clone.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            attr.as_ptr(),
            size_of_val(&attr),
        )
    };
    Ok(errno::show_raw(done))
}

/// Nothing is put on top of an instance that would answer in its place: no overlay, no other
/// owners. On a tmpfs both work.
fn nothing_is_stacked() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let other = Instance::new("tmpfs", "")?;
    let holder = Sleeper::with_flags(libc::CLONE_NEWUSER, || Ok(()))?;
    for map in ["uid_map", "gid_map"] {
        fs::write(format!("/proc/{}/{map}", holder.id()), "0 100000 1000")?;
    }
    let users = fs::File::open(format!("/proc/{}/ns/user", holder.id()))?;
    for (what, path, want) in [
        ("a tmpfs", &other.path, ["ok", "0"]),
        ("an instance", &instance.path, ["EINVAL", "EINVAL"]),
    ] {
        let got = [overlay(path)?, idmapped(path, &users)?];
        ensure!(
            got == want,
            "an overlay and other owners of {what}: {got:?}"
        );
    }
    Ok(())
}

/// fanotify: no event asks for permission, and whoever watches the whole filesystem is told of
/// nothing that is hidden, though listings of `sys` make the kernel look at all there is.
fn nobody_is_told() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    // SAFETY: takes flags alone.
    let group = unsafe {
        libc::fanotify_init(
            libc::FAN_CLASS_CONTENT | libc::FAN_NONBLOCK,
            libc::O_RDONLY as u32,
        )
    };
    ensure!(group >= 0, "fanotify_init: {}", errno::last());
    let path = CString::new(instance.path.as_os_str().as_encoded_bytes())?;
    let mark = |kind: u32, mask: u64| {
        let flags = libc::FAN_MARK_ADD | kind;
        // SAFETY: the path lives through the call.
        let done =
            unsafe { libc::fanotify_mark(group, flags, mask, libc::AT_FDCWD, path.as_ptr()) };
        errno::show_raw(i64::from(done))
    };
    // A kernel without permission events refuses them everywhere.
    for kind in [0, libc::FAN_MARK_MOUNT, libc::FAN_MARK_FILESYSTEM] {
        let got = mark(kind, libc::FAN_OPEN_PERM);
        ensure!(got == "EINVAL", "permission events, {kind:x}: {got}");
    }
    let watched = libc::FAN_OPEN | libc::FAN_ACCESS | libc::FAN_ONDIR | libc::FAN_EVENT_ON_CHILD;
    let got = mark(libc::FAN_MARK_FILESYSTEM, watched);
    ensure!(got == "0", "a mark on the filesystem: {got}");
    let root = instance.root()?;
    for path in [".", "sys", "sys/kernel", "sys/vm", "sys/fs"] {
        let at = At {
            root: root.as_fd(),
            path,
        };
        let names = dirent::names(at.open(OFlags::RDONLY | OFlags::DIRECTORY)?.as_fd())?;
        ensure!(!names.is_empty(), "{path} is empty");
    }
    let mut told = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        // SAFETY: the buffer lives through the call.
        let size = unsafe { libc::read(group, buffer.as_mut_ptr().cast(), buffer.len()) };
        let Ok(size @ 1..) = usize::try_from(size) else {
            break;
        };
        // struct fanotify_event_metadata: 24 bytes, the descriptor at 16.
        for event in buffer[..size].chunks_exact(24) {
            let fd = i32::from_ne_bytes(event[16..20].try_into()?);
            let target = fs::read_link(format!("/proc/self/fd/{fd}"))?;
            // SAFETY: the event's descriptor is ours to close.
            unsafe { libc::close(fd) };
            told.push(target);
        }
    }
    let mut below: Vec<_> = told
        .iter()
        .filter_map(|path| path.strip_prefix(&instance.path).ok()?.to_str())
        .collect();
    below.sort_unstable();
    below.dedup();
    ensure!(
        below == ["", "sys", "sys/fs", "sys/kernel", "sys/vm"]
            && told.iter().all(|path| path.starts_with(&instance.path)),
        "the watcher was told of {told:?}"
    );
    // SAFETY: the group is ours to close.
    unsafe { libc::close(group) };
    Ok(())
}
