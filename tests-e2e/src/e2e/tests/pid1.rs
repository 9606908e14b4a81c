// SPDX-License-Identifier: GPL-2.0

//! `pid1=visible`: under `hidepid=` pid 1 is there for everyone, with four entries and no other.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{become_user, OTHER};
use proc2_e2e::child::Sleeper;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{Instance, Opt};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{dirent, errno, fstype, snapshot, target_kinds};
use rustix::fs::{openat, statat, AtFlags, Mode, OFlags};

use super::{normal, Test};
use user::User;

mod remount;
mod user;

pub(super) fn tests() -> Vec<Test> {
    let own = super::tests!["pid1": four_entries, no_others, off_changes_nothing, of_the_instance,
        of_a_namespace_below];
    [own, remount::tests()].concat()
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

/// All that is below /1: its entries, and what is in its directories.
fn below_pid1(root: &OwnedFd) -> Result<Vec<String>> {
    let list = |path: &str| -> Result<Vec<String>> {
        let at = At {
            root: root.as_fd(),
            path,
        };
        Ok(dirent::names(
            at.open(OFlags::RDONLY | OFlags::DIRECTORY)?.as_fd(),
        )?)
    };
    let mut all = Vec::new();
    for name in list("1")? {
        let inside = list(&format!("1/{name}")).unwrap_or_default();
        let inside = inside.into_iter().take(8);
        all.extend(inside.map(|below| format!("{name}/{below}")));
        all.push(name);
    }
    let deeper = [
        "task/1/comm",
        "task/1/stat",
        "task/1/status",
        "task/1/fd/0",
        "nothing",
        "0",
    ];
    all.extend(deeper.map(String::from));
    ensure!(all.len() > 80, "only {} names below /1", all.len());
    Ok(all)
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

/// Each other name is refused as `hidepid=` refuses the directory: before root has cached it and
/// after, by each way to the directory.
fn no_others() -> Result<()> {
    let full = instance("")?;
    let all = below_pid1(&full)?;
    let others: Vec<&String> = all
        .iter()
        .filter(|name| !SHOWN.contains(&name.as_str()))
        .collect();
    let mut count = 0;
    for (mode, want) in MODES {
        let root = instance(&format!("hidepid={mode},pid1=visible"))?;
        let mut held = Vec::new();
        let look = |when: &str, held: &[(String, OwnedFd)]| -> Result<usize> {
            let _user = User::enter()?;
            let mut count = 0;
            for name in &others {
                refused(
                    root.as_fd(),
                    &format!("1/{name}"),
                    want,
                    &format!("hidepid={mode}, {when}"),
                )?;
                for (whose, fd) in held {
                    refused(
                        fd.as_fd(),
                        name,
                        want,
                        &format!("hidepid={mode}, {when}, {whose}"),
                    )?;
                }
                count += 1;
            }
            for (whose, fd) in held {
                for entry in SHOWN {
                    let opened = openat(fd, entry, OFlags::RDONLY, Mode::empty());
                    let got = errno::show(opened, |_| "ok".into());
                    ensure!(
                        got == "ok",
                        "hidepid={mode}, {when}, {whose}: {entry} gives {got}"
                    );
                }
            }
            Ok(count)
        };
        count += look("uncached", &held)?;
        {
            let _user = User::enter()?;
            for flags in [OFlags::PATH, OFlags::RDONLY | OFlags::DIRECTORY] {
                let fd = openat(&root, "1", flags, Mode::empty())?;
                held.push((format!("own {flags:?}"), fd));
            }
        }
        count += look("held by the user", &held)?;
        for flags in [OFlags::PATH, OFlags::RDONLY | OFlags::DIRECTORY] {
            let fd = openat(&root, "1", flags, Mode::empty())?;
            // Root's position is in the middle of a listing that has all.
            if flags != OFlags::PATH {
                let _ = dirent::read_some(fd.as_fd(), 100)?;
            }
            held.push((format!("root's {flags:?}"), fd));
        }
        for name in &all {
            // So all are in the cache.
            let path = format!("1/{name}");
            let _ = statat(&root, &path, AtFlags::SYMLINK_NOFOLLOW);
            let _ = openat(&root, &path, OFlags::PATH | OFlags::NOFOLLOW, Mode::empty());
        }
        count += look("cached by root", &held)?;
        let _user = User::enter()?;
        for (whose, fd) in &held {
            if whose.contains("DIRECTORY") {
                let rest = dirent::names(fd.as_fd())?;
                let more = rest.iter().find(|name| !SHOWN.contains(&name.as_str()));
                ensure!(more.is_none(), "hidepid={mode}, {whose}: {rest:?}");
            }
        }
    }
    println!("  {} names, {count} looks", others.len());
    Ok(())
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

/// Where nothing is hidden the option changes nothing; nor does it for who sees all.
fn off_changes_nothing() -> Result<()> {
    let (with, without) = (instance("pid1=visible")?, instance("")?);
    let strict = instance("hidepid=2,pid1=visible")?;
    let all = below_pid1(&without)?;
    let look = |root: &OwnedFd| -> Vec<String> {
        let one = |name: &String| {
            let path = format!("1/{name}");
            let stat = statat(root, &path, AtFlags::SYMLINK_NOFOLLOW);
            let stat = errno::show(stat, |stat| format!("{:o}", stat.st_mode));
            let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW;
            let open = errno::show(openat(root, &path, flags, Mode::empty()), |_| "ok".into());
            format!("{name} {stat} {open}")
        };
        let dir = openat(root, "1", OFlags::RDONLY, Mode::empty()).map_err(anyhow::Error::from);
        let list = dir.and_then(|fd| Ok(dirent::names(fd.as_fd())?));
        let list = list.map_or_else(|error| vec![error.to_string()], |list| list);
        all.iter().map(one).chain(list).collect()
    };
    ensure!(
        look(&without) == look(&strict),
        "root sees something else with hidepid=2"
    );
    let _user = User::enter()?;
    let (want, got) = (look(&without), look(&with));
    ensure!(want == got, "{got:?}, and without the option {want:?}");
    ensure!(got.len() > 100, "{got:?}");
    Ok(())
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
