// SPDX-License-Identifier: GPL-2.0

//! `pid1=` changes by a remount, under those who hold what it shows.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::mount::Instance;
use proc2_e2e::{dirent, errno, fstype};
use rustix::fs::{open, openat, Mode, OFlags};

use super::super::Test;
use super::{names, refused, User, MODES, SHOWN};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["pid1": taken_back, what_is_open_stays, given_later]
}

/// The directory and the paths of the entries, held by the user.
fn hold(instance: &Instance) -> Result<Vec<OwnedFd>> {
    let root = instance.root()?;
    let _user = User::enter()?;
    let flags = [OFlags::PATH, OFlags::RDONLY | OFlags::DIRECTORY];
    let dirs = flags.map(|flags| openat(&root, "1", flags | OFlags::CLOEXEC, Mode::empty()));
    Ok(dirs.into_iter().collect::<Result<_, _>>()?)
}

/// Who holds the directory finds nothing in it any more, and does again when it is given back.
fn taken_back() -> Result<()> {
    for (mode, want) in MODES {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode},pid1=visible"))?;
        let root = instance.root()?;
        let held = hold(&instance)?;
        for round in 0..2 {
            let when = format!("hidepid={mode}, round {round}");
            {
                let _user = User::enter()?;
                for entry in SHOWN {
                    let opened = openat(&held[0], entry, OFlags::RDONLY, Mode::empty());
                    opened.with_context(|| format!("{when}: {entry}"))?;
                }
                ensure!(
                    names(root.as_fd())?.contains(&"1".into()),
                    "{when}: not listed"
                );
            }
            instance.reconfigure("pid1=hidden")?;
            {
                let _user = User::enter()?;
                for fd in &held {
                    for entry in SHOWN.iter().chain(&["environ", "fd/0", "nothing"]) {
                        refused(fd.as_fd(), entry, want, &when)?;
                    }
                }
                for entry in SHOWN {
                    refused(root.as_fd(), &format!("1/{entry}"), want, &when)?;
                }
                let again = rustix::fs::seek(&held[1], rustix::fs::SeekFrom::Start(0));
                ensure!(again.is_ok(), "{when}: seek {again:?}");
                let list = errno::show(dirent::names(held[1].as_fd()), |list| list.join(" "));
                let kept = openat(&held[1], "comm", OFlags::PATH, Mode::empty()).is_ok();
                ensure!(!kept, "{when}: the entries are there, listed as {list}");
                let listed = names(root.as_fd())?.contains(&"1".into());
                ensure!(listed == (*mode == "1"), "{when}: pid 1 is listed");
            }
            let shown = instance.shown()?;
            ensure!(!shown.contains("pid1"), "{when}: {shown}");
            instance.reconfigure("pid1=visible")?;
            ensure!(
                instance.shown()?.ends_with("pid1=visible"),
                "{}",
                instance.shown()?
            );
        }
    }
    Ok(())
}

/// What was opened before is as in procfs when `hidepid=` comes under it: an open file is read on,
/// and a path that is held is opened anew or not.
fn what_is_open_stays() -> Result<()> {
    let look = |fstype: &str, before: &str, after: &str| -> Result<String> {
        let instance = Instance::new(fstype, before)?;
        let root = instance.root()?;
        let mut held = Vec::new();
        {
            let _user = User::enter()?;
            for entry in SHOWN {
                let path = format!("1/{entry}");
                let at = |flags| openat(&root, &path, flags, Mode::empty());
                held.push((at(OFlags::RDONLY)?, at(OFlags::PATH)?));
            }
        }
        instance.reconfigure(after)?;
        let _user = User::enter()?;
        let mut text = String::new();
        for (entry, (file, path)) in SHOWN.iter().zip(&held) {
            let mut buffer = [0; 4096];
            let read = rustix::io::pread(file, &mut buffer, 0);
            let again = format!("/proc/self/fd/{}", path.as_raw_fd());
            let again = open(again, OFlags::RDONLY, Mode::empty());
            let stat = rustix::fs::fstat(file);
            text += &format!(
                "{entry}: {} {} {}\n",
                errno::show(read, |n| (n > 0).to_string()),
                errno::show(again, |_| "ok".into()),
                errno::show(stat, |_| "ok".into()),
            );
        }
        Ok(text)
    };
    for mode in ["1", "2"] {
        let strict = format!("hidepid={mode}");
        let want = look("proc", "hidepid=0", &strict)?;
        let got = look(&fstype(), &format!("{strict},pid1=visible"), "pid1=hidden")?;
        ensure!(
            want == got,
            "{strict}: {got}and in procfs, with hidepid=0 before\n{want}"
        );
    }
    Ok(())
}

/// It comes with a remount too, also for what root has cached, and not for others.
fn given_later() -> Result<()> {
    for (mode, want) in MODES {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode}"))?;
        let root = instance.root()?;
        for name in dirent::names(openat(&root, "1", OFlags::RDONLY, Mode::empty())?.as_fd())? {
            let path = format!("1/{name}");
            let _ = openat(&root, path, OFlags::PATH | OFlags::NOFOLLOW, Mode::empty())?;
        }
        let user = User::enter()?;
        refused(root.as_fd(), "1/comm", want, &format!("hidepid={mode}"))?;
        drop(user);
        instance.reconfigure("pid1=visible")?;
        let _user = User::enter()?;
        let dir = openat(&root, "1", OFlags::RDONLY, Mode::empty())?;
        let got = names(dir.as_fd())?;
        ensure!(
            got == ["cgroup", "comm", "stat", "status"],
            "hidepid={mode}: {got:?}"
        );
        refused(root.as_fd(), "1/environ", want, &format!("hidepid={mode}"))?;
        refused(
            root.as_fd(),
            "1/task/1/comm",
            want,
            &format!("hidepid={mode}"),
        )?;
    }
    Ok(())
}
