// SPDX-License-Identifier: GPL-2.0

//! Calls on a path, one of each kind that takes one.

use std::os::fd::{AsFd, OwnedFd};

use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::errno::show;
use proc2_e2e::probe::show_stat;
use rustix::fs::{
    accessat, fstat, linkat, mkdirat, mknodat, openat, openat2, readlinkat, renameat, statat,
    symlinkat, unlinkat, Access, AtFlags, FileType, Mode, OFlags, ResolveFlags,
};
use serde::{Deserialize, Serialize};

/// A call.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Arbitrary)]
pub(super) enum Call {
    Open {
        #[arbitrary(with = open_flags)]
        flags: u32,
    },
    Constrained {
        #[arbitrary(with = open_flags)]
        flags: u32,
        #[arbitrary(with = |u: &mut Unstructured<'_>| u.int_in_range(0..=0x3f))]
        resolve: u64,
    },
    Stat {
        follow: bool,
    },
    Readlink,
    Access {
        #[arbitrary(with = |u: &mut Unstructured<'_>| u.int_in_range(0..=7))]
        mode: u32,
    },
    Make,
    MakeNode,
    Symlink,
    Link,
    Rename,
    Remove {
        directory: bool,
    },
    Statfs,
}

fn open_flags(u: &mut Unstructured<'_>) -> arbitrary::Result<u32> {
    const FLAGS: [OFlags; 14] = [
        OFlags::WRONLY,
        OFlags::RDWR,
        OFlags::CREATE,
        OFlags::EXCL,
        OFlags::TRUNC,
        OFlags::APPEND,
        OFlags::DIRECTORY,
        OFlags::NOFOLLOW,
        OFlags::PATH,
        OFlags::TMPFILE,
        OFlags::DIRECT,
        OFlags::NOATIME,
        OFlags::SYNC,
        OFlags::empty(),
    ];
    let mut flags = OFlags::empty();
    for _ in 0..u.int_in_range(0..=3)? {
        flags |= *u.choose(&FLAGS)?;
    }
    Ok(flags.bits())
}

impl Call {
    /// Makes it; the outcome.
    pub(super) fn make(self, root: &OwnedFd, path: &[u8]) -> String {
        let done = |result: rustix::io::Result<()>| show(result, |()| "ok".into());
        let safe = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o600);
        let seen = |fd: OwnedFd| show(fstat(&fd), |stat| show_stat(&stat));
        match self {
            Self::Open { flags } => {
                let flags = OFlags::from_bits_retain(flags) | safe;
                show(openat(root, path, flags, mode), seen)
            }
            Self::Constrained { flags, resolve } => {
                let flags = OFlags::from_bits_retain(flags) | safe;
                // What is cached depends on who looked before.
                let resolve = ResolveFlags::from_bits_retain(resolve) - ResolveFlags::CACHED;
                // Unlike open(2), this call refuses a mode without a file to make.
                let makes = flags.intersects(OFlags::CREATE) || flags.contains(OFlags::TMPFILE);
                let mode = if makes { mode } else { Mode::empty() };
                show(openat2(root, path, flags, mode, resolve), seen)
            }
            Self::Stat { follow } => {
                let flags = if follow {
                    AtFlags::empty()
                } else {
                    AtFlags::SYMLINK_NOFOLLOW
                };
                show(statat(root, path, flags), |stat| show_stat(&stat))
            }
            Self::Readlink => show(readlinkat(root, path, Vec::new()), |link| {
                format!("{link:?}")
            }),
            Self::Access { mode } => {
                let mode = Access::from_bits_retain(mode);
                done(accessat(root, path, mode, AtFlags::EACCESS))
            }
            Self::Make => done(mkdirat(root, path, mode)),
            Self::MakeNode => done(mknodat(root, path, FileType::Fifo, mode, 0)),
            Self::Symlink => done(symlinkat("target", root, path)),
            Self::Link => done(linkat(root, path, root, "new", AtFlags::empty())),
            Self::Rename => done(renameat(root, path, root, "self")),
            Self::Remove { directory } => {
                let flags = if directory {
                    AtFlags::REMOVEDIR
                } else {
                    AtFlags::empty()
                };
                done(unlinkat(root, path, flags))
            }
            Self::Statfs => {
                let opened = openat(root.as_fd(), path, OFlags::PATH | safe, mode);
                show(opened.and_then(|fd| rustix::fs::fstatfs(fd)), |fs| {
                    format!(
                        "type {:x} namelen {} flags {:x}",
                        fs.f_type, fs.f_namelen, fs.f_flags
                    )
                })
            }
        }
    }
}
