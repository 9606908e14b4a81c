// SPDX-License-Identifier: GPL-2.0

//! `pid1=visible`: under `hidepid=` pid 1 is there for everyone, with four entries and no other.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{dirent, errno, fstype, snapshot};
use rustix::fs::{openat, statat, AtFlags, Mode, OFlags};

use super::{normal, Test};
use user::User;

mod namespaces;
mod others;
mod remount;
mod user;

pub(super) fn tests() -> Vec<Test> {
    [
        super::tests!["pid1": four_entries],
        others::tests(),
        namespaces::tests(),
        remount::tests(),
    ]
    .concat()
}

/// What everyone may read of pid 1.
const SHOWN: [&str; 4] = ["comm", "cgroup", "stat", "status"];

/// The modes of `hidepid=`, and what they answer to who enters the directory of another.
const MODES: &[(&str, &str)] = &[("1", "EPERM"), ("2", "ENOENT"), ("4", "ENOENT")];

fn instance(options: &str) -> Result<OwnedFd> {
    Instance::new(&fstype(), options)?.into_root()
}

fn names(fd: BorrowedFd<'_>) -> Result<Vec<String>> {
    rustix::fs::seek(fd, rustix::fs::SeekFrom::Start(0))?;
    let mut names = dirent::names(fd)?;
    names.sort();
    Ok(names)
}

/// A name is refused by each way to it.
fn refused(dir: BorrowedFd<'_>, path: &str, want: &str, when: &str) -> Result<()> {
    let opened = |flags| errno::show(openat(dir, path, flags, Mode::empty()), |_| "ok".into());
    let stat = statat(dir, path, AtFlags::SYMLINK_NOFOLLOW);
    for (way, got) in [
        ("O_PATH", opened(OFlags::PATH | OFlags::NOFOLLOW)),
        ("lstat", errno::show(stat, |_| "ok".into())),
        ("open", opened(OFlags::RDONLY | OFlags::NONBLOCK)),
        (
            "open for writing",
            opened(OFlags::WRONLY | OFlags::NONBLOCK),
        ),
    ] {
        ensure!(got == want, "{when}: {path}, {way} gives {got}, not {want}");
    }
    Ok(())
}

/// Pid 1 is listed and found, and the four entries are procfs's without `hidepid=`.
fn four_entries() -> Result<()> {
    let oracle = Instance::new("proc", "")?.into_root()?;
    let mut tally = Tally::default();
    for (mode, _) in MODES {
        for gid in [
            "",
            ",gid=77",
            ",gid=77:78",
            ",subset=pid",
            ",subset=container",
        ] {
            let root = instance(&format!("hidepid={mode},pid1=visible{gid}"))?;
            let _user = User::enter()?;
            let listed = names(root.as_fd())?;
            ensure!(
                listed.contains(&"1".into()),
                "hidepid={mode} does not list pid 1"
            );
            let others = listed.contains(&"2".into());
            ensure!(
                others == (*mode == "1"),
                "hidepid={mode}: pid 2 is listed: {others}"
            );
            let stat = |root: &OwnedFd| {
                errno::show(statat(root, "1", AtFlags::empty()), |stat| {
                    format!("{:o} {} {}", stat.st_mode, stat.st_uid, stat.st_nlink)
                })
            };
            tally.same(
                || format!("hidepid={mode}: stat"),
                stat(&oracle),
                stat(&root),
            );
            let dir = openat(
                &root,
                "1",
                OFlags::RDONLY | OFlags::DIRECTORY,
                Mode::empty(),
            );
            let dir = dir.with_context(|| format!("hidepid={mode}"))?;
            let got = names(dir.as_fd())?;
            ensure!(
                got == ["cgroup", "comm", "stat", "status"],
                "hidepid={mode}: {got:?}"
            );
            for entry in SHOWN {
                let path = format!("1/{entry}");
                let at = |root| At { root, path: &path };
                let both = [at(oracle.as_fd()), at(root.as_fd())];
                for probe in probe::suited(both[1].kind().ok())
                    .filter(|probe| ["stat", "access"].contains(&probe.name))
                {
                    let what = || format!("hidepid={mode}{gid}: {path} {}", probe.name);
                    tally.compare(
                        what,
                        || (probe.run)(both[0]),
                        || (probe.run)(both[1]),
                        |_| None,
                    );
                }
                tally.compare(
                    || format!("hidepid={mode}{gid}: {path}"),
                    || probe::read_all(both[0]),
                    || probe::read_all(both[1]),
                    |bytes| normal::without_counters(entry, false, bytes),
                );
            }
            for flags in [OFlags::WRONLY, OFlags::RDWR, OFlags::WRONLY | OFlags::TRUNC] {
                let written = openat(&root, "1/comm", flags, Mode::empty());
                let got = errno::show(written, |_| "ok".into());
                ensure!(
                    got == "EACCES",
                    "hidepid={mode}: opening comm to write: {got}"
                );
            }
            let rows = snapshot::rows(root.as_fd())?;
            let pids: Vec<i32> = rows.iter().map(|row| row.task.pid).collect();
            ensure!(
                !pids.contains(&1),
                "hidepid={mode}: .proc2/tasks has {pids:?}"
            );
        }
    }
    tally.verdict(150)
}
