// SPDX-License-Identifier: GPL-2.0

//! Every way to use a name that may not be there.

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::errno;
use rustix::fs::inotify;
use rustix::fs::{
    accessat, getxattr, open, openat, openat2, readlinkat, statat, statx, Access, AtFlags, Mode,
    OFlags, ResolveFlags, StatxFlags, CWD,
};
use rustix::mount::{move_mount, open_tree, MoveMountFlags, OpenTreeFlags};
use rustix::process::{chdir, fchdir};

/// What the ways need.
pub(super) struct Ways {
    here: OwnedFd,
    inotify: OwnedFd,
    /// To be mounted on a file.
    tree: OwnedFd,
}

/// A way, and what it gave.
pub(super) type Outcome = (&'static str, String);

impl Ways {
    pub(super) fn new() -> Result<Self> {
        let clone = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        Ok(Self {
            here: open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?,
            inotify: inotify::init(inotify::CreateFlags::CLOEXEC)?,
            tree: open_tree(CWD, "/dev/null", clone).context("open_tree")?,
        })
    }

    /// Every way but those that follow a last link to what is there.
    pub(super) fn of(&self, dir: BorrowedFd<'_>, path: &str) -> Vec<Outcome> {
        let full = format!("/proc/self/fd/{}/{path}", dir.as_raw_fd());
        let ok = |_| "ok".to_owned();
        let opened = |flags: OFlags| {
            let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
            errno::show(openat(dir, path, flags, Mode::from(0o600)), ok)
        };
        let stated = |flags| errno::show(statat(dir, path, flags), |_| "ok".into());
        let tree = {
            let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
            move_mount(&self.tree, "", dir, path, flags)
        };
        let changed = errno::show(chdir(full.as_str()), |()| "ok".into());
        let _ = fchdir(&self.here);
        let watched = inotify::add_watch(&self.inotify, full.as_str(), inotify::WatchFlags::ACCESS);
        let mut value = [0u8; 64];
        vec![
            ("lstat", stated(AtFlags::SYMLINK_NOFOLLOW)),
            ("stat", stated(AtFlags::empty())),
            (
                "statx",
                errno::show(
                    statx(dir, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::ALL),
                    |_| "ok".into(),
                ),
            ),
            ("open", opened(OFlags::RDONLY)),
            ("open for writing", opened(OFlags::WRONLY)),
            ("open truncating", opened(OFlags::RDWR | OFlags::TRUNC)),
            ("O_PATH", opened(OFlags::PATH | OFlags::NOFOLLOW)),
            ("O_DIRECTORY", opened(OFlags::DIRECTORY)),
            (
                "openat2",
                errno::show(
                    openat2(
                        dir,
                        path,
                        OFlags::PATH | OFlags::CLOEXEC,
                        Mode::empty(),
                        ResolveFlags::BENEATH,
                    ),
                    ok,
                ),
            ),
            (
                "access",
                errno::show(
                    accessat(dir, path, Access::EXISTS, AtFlags::empty()),
                    |()| "ok".into(),
                ),
            ),
            (
                "access for writing",
                errno::show(
                    accessat(dir, path, Access::WRITE_OK, AtFlags::EACCESS),
                    |()| "ok".into(),
                ),
            ),
            (
                "readlink",
                errno::show(readlinkat(dir, path, Vec::new()), |_| "ok".into()),
            ),
            (
                "getxattr",
                errno::show(
                    getxattr(full.as_str(), "security.none", &mut value[..]),
                    |_| "ok".into(),
                ),
            ),
            ("inotify", errno::show(watched, |_| "ok".into())),
            ("handle", handle(dir, path)),
            ("mount", errno::show(tree, |()| "ok".into())),
            ("chdir", changed),
        ]
    }
}

fn handle(dir: BorrowedFd<'_>, path: &str) -> String {
    // struct file_handle with room for 128 bytes.
    let mut buffer = [0u32; 34];
    buffer[0] = 128;
    let mut mount = 0i32;
    let path = CString::new(path).unwrap_or_default();
    // SAFETY: the buffers live through the call and have the sizes that the kernel is told.
    errno::show_raw(unsafe {
        libc::syscall(
            libc::SYS_name_to_handle_at,
            dir.as_raw_fd(),
            path.as_ptr(),
            buffer.as_mut_ptr(),
            &mut mount,
            0,
        )
    })
}
