// SPDX-License-Identifier: GPL-2.0

//! A path as a place: something mounted on it, a working directory in it, a descriptor of it that
//! is opened anew.

use std::os::fd::AsRawFd;

use rustix::fs::{fstat, openat, readlinkat, statat, AtFlags, Mode, OFlags, CWD};
use rustix::io::read;
use rustix::mount::{move_mount, open_tree, unmount, MoveMountFlags, OpenTreeFlags, UnmountFlags};
use rustix::process::{chdir, fchdir, getcwd};

use super::{probes, show_identity, show_stat, At, Probe};
use crate::errno::{name, show};

pub(super) const PROBES: &[Probe] = probes![mount_on, workdir, reopened];

impl At<'_> {
    /// The path by way of the root's descriptor, for calls that take no descriptor.
    fn by_root(&self) -> String {
        format!("/proc/self/fd/{}/{}", self.root.as_raw_fd(), self.path)
    }
}

/// A file, then a directory, mounted on the path and taken away again.
fn mount_on(at: At<'_>) -> String {
    let mut text = String::new();
    for source in ["/dev/null", "/dev"] {
        let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        let tree = match open_tree(CWD, source, flags) {
            Ok(tree) => tree,
            Err(error) => {
                text += &format!("{source} {}\n", name(error.raw_os_error()));
                continue;
            }
        };
        let empty = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
        let mounted = move_mount(&tree, "", at.root, at.path, empty);
        let seen = || {
            let stat = statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW);
            // What was mounted is told by its type; the inodes of the trees differ.
            show(stat, |stat| {
                format!("{:o} {:x}", stat.st_mode, stat.st_rdev)
            })
        };
        text += &format!("{source} {} {}", show(mounted, |()| "ok".into()), seen());
        if mounted.is_ok() {
            let flags = UnmountFlags::DETACH | UnmountFlags::NOFOLLOW;
            let gone = unmount(at.by_root(), flags);
            text += &format!(" {} {}", show(gone, |()| "ok".into()), seen());
        }
        text.push('\n');
    }
    text
}

/// chdir(2) into the path, and what is seen from there.
fn workdir(at: At<'_>) -> String {
    let here = match rustix::fs::open(".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
        Ok(here) => here,
        Err(error) => return format!("no way back: {}", name(error.raw_os_error())),
    };
    let place = |text: std::ffi::CString| text.to_string_lossy().into_owned();
    let root = readlinkat(
        CWD,
        format!("/proc/self/fd/{}", at.root.as_raw_fd()),
        Vec::new(),
    );
    let root = root.map(place).unwrap_or_default();
    let mut text = show(chdir(at.by_root()), |()| "ok".into());
    let now = show(getcwd(Vec::new()), place);
    // The trees are mounted at different places.
    text += &format!(" {}\n", now.strip_prefix(&root).unwrap_or("elsewhere"));
    for path in [".", "..", "status", "../status", "0", "nonexistent"] {
        let stat = statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW);
        text += &format!(
            "{path} {}\n",
            show(stat, |stat| format!("{:o}", stat.st_mode))
        );
    }
    match fchdir(&here) {
        Ok(()) => text,
        Err(error) => format!("no way back: {}", name(error.raw_os_error())),
    }
}

/// A descriptor that only names the path, used by itself and opened by way of `/proc/self/fd`.
fn reopened(at: At<'_>) -> Vec<u8> {
    let fd = match at.open(OFlags::PATH | OFlags::NOFOLLOW) {
        Ok(fd) => fd,
        Err(error) => return name(error.raw_os_error()).into(),
    };
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let mut text = String::new();
    let stat = show(statat(&fd, "", AtFlags::EMPTY_PATH), |stat| {
        show_stat(&stat)
    });
    text += &format!("stat {stat}\n");
    text += &format!(
        "readlink {}\n",
        show(readlinkat(&fd, "", Vec::new()), |to| format!("{to:?}"))
    );
    text += &format!("read {}\n", show(read(&fd, &mut [0; 4]), |n| n.to_string()));
    let mut bytes = Vec::new();
    for (way, flags) in [
        ("path", OFlags::PATH),
        ("directory", OFlags::DIRECTORY),
        ("write", OFlags::WRONLY),
        ("both", OFlags::RDWR),
        ("read", OFlags::RDONLY),
    ] {
        let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let again = openat(CWD, &link, flags, Mode::empty());
        text += &format!(
            "{way} {}\n",
            show(again.as_ref().map_err(|error| *error), |_| "ok".into())
        );
        let Ok(again) = again else { continue };
        let (first, second) = (fstat(&fd), fstat(&again));
        let same =
            show(first, |stat| show_identity(&stat)) == show(second, |stat| show_identity(&stat));
        text += &format!("the same inode: {same}\n");
        if way == "read" {
            let mut buffer = [0; 300];
            match read(&again, &mut buffer) {
                Ok(n) => bytes.extend_from_slice(&buffer[..n]),
                Err(error) => text += &name(error.raw_os_error()),
            }
        }
    }
    [text.as_bytes(), &bytes].concat()
}
