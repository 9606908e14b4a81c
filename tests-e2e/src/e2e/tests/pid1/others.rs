// SPDX-License-Identifier: GPL-2.0

//! What else pid 1 has: for who may not enter its directory it is not there.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Result};
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno};
use rustix::fs::{openat, statat, AtFlags, Mode, OFlags};

use super::super::Test;
use super::{instance, refused, User, MODES, SHOWN};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["pid1": no_others, off_changes_nothing]
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
        let list = list.unwrap_or_else(|error| vec![error.to_string()]);
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
