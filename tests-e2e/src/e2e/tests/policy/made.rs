// SPDX-License-Identifier: GPL-2.0

//! Nothing is made or removed in an instance with a policy; and what is a task's is written as
//! ever.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Result};
use proc2_e2e::caller::{ORDINARY, ROOT};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount;
use proc2_e2e::probe::At;
use rustix::fs::{
    linkat, mkdirat, mknodat, openat, renameat, symlinkat, unlinkat, utimensat, AtFlags, FileType,
    Mode, OFlags, Timespec, Timestamps,
};

use super::super::Test;
use super::who::show;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::made": nothing_is_made, tasks_are_as_ever]
}

/// Nothing is made, removed or renamed, on names that are there, hidden or neither: each attempt
/// ends as on procfs, or with EROFS.
fn nothing_is_made() -> Result<()> {
    let oracle = mount::detached("proc", &[])?;
    let lists = [
        "writable=none",
        "subset=container",
        "subset=container,writable=sys:sysvipc",
    ];
    for list in lists {
        let subject = mount::detached(&fstype(), &mount::options(list))?;
        for path in [
            "new",
            "kcore",
            "uptime",
            "sys/new",
            "sys/kernel/new",
            "sys/kernel/core_pattern",
            "sys/kernel/hostname",
            "sysvipc/new",
            "sysvipc/shm",
            "net/new",
            "self/net/new",
        ] {
            let attempts = |root: &OwnedFd| -> Vec<(&str, String)> {
                let mode = Mode::from_raw_mode(0o644);
                vec![
                    (
                        "create",
                        show(openat(
                            root,
                            path,
                            OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY,
                            mode,
                        )),
                    ),
                    ("mkdir", show(mkdirat(root, path, mode))),
                    ("mknod", show(mknodat(root, path, FileType::Fifo, mode, 0))),
                    ("symlink", show(symlinkat("uptime", root, path))),
                    (
                        "link",
                        show(linkat(root, "uptime", root, path, AtFlags::empty())),
                    ),
                    ("unlink", show(unlinkat(root, path, AtFlags::empty()))),
                    ("rmdir", show(unlinkat(root, path, AtFlags::REMOVEDIR))),
                    ("rename", show(renameat(root, path, root, "sys/renamed"))),
                    ("rename onto", show(renameat(root, "uptime", root, path))),
                ]
            };
            for caller in [ROOT, ORDINARY] {
                let (want, got) = in_child(|| {
                    caller.become_it()?;
                    let text = |all: Vec<(&str, String)>| {
                        let all = all.into_iter();
                        all.map(|(way, got)| (way.to_owned(), got))
                            .collect::<Vec<_>>()
                    };
                    Ok((text(attempts(&oracle)), text(attempts(&subject))))
                })?;
                for ((way, want), (_, got)) in want.iter().zip(&got) {
                    // Of what is hidden: as of what there is not.
                    let hidden = path.contains("kcore") || path.contains("core_pattern");
                    // A rename of a file to itself does nothing.
                    let onto_itself = path == "uptime" && way == "rename onto";
                    let alike = got == want
                        || got == "EROFS"
                        || (hidden && list.starts_with("subset") && got == "ENOENT");
                    ensure!(
                        alike && (got != "ok" || onto_itself),
                        "[{list}] {}: {way} {path} gives {got}, on procfs {want}",
                        caller.name
                    );
                }
            }
        }
    }
    Ok(())
}

/// Entries of tasks are no matter of `writable=`: they are written, and touched, as without it.
fn tasks_are_as_ever() -> Result<()> {
    for list in [
        "writable=none",
        "subset=container",
        "subset=pid,show=uptime",
    ] {
        let root = mount::detached(&fstype(), &mount::options(list))?;
        for (path, text) in [
            ("self/comm", "renamed"),
            ("self/oom_score_adj", "7"),
            ("self/task/PID/comm", "again"),
            ("self/coredump_filter", "0x33"),
        ] {
            let path = path.replace("PID", &std::process::id().to_string());
            let at = At {
                root: root.as_fd(),
                path: &path,
            };
            let written = at.open(OFlags::WRONLY | OFlags::TRUNC);
            let written = written.and_then(|file| rustix::io::write(file, text.as_bytes()));
            ensure!(
                written == Ok(text.len()),
                "[{list}] writing {path}: {written:?}"
            );
        }
        let then = Timespec {
            tv_sec: 1,
            tv_nsec: 2,
        };
        let stamps = Timestamps {
            last_access: then,
            last_modification: then,
        };
        let touched = utimensat(&root, "self/status", &stamps, AtFlags::empty());
        ensure!(
            touched.is_ok(),
            "[{list}] touching self/status: {touched:?}"
        );
    }
    Ok(())
}
