// SPDX-License-Identifier: GPL-2.0

//! Each decision of `hidepid=`: every mode, at every place where the question is asked, for who may
//! see and who may not. The answers of an instance are compared with procfs's, but for what differs
//! on purpose.

use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, Caller, EXEMPT, OTHER, USER};
use proc2_e2e::child::{fork_with, in_child, sleep_forever, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno, fstype, is_procfs, target_kinds};
use rustix::fs::{accessat, fstat, openat, statat, Access, AtFlags, Mode, OFlags};
use rustix::process::{kill_process, set_dumpable_behavior, DumpableBehavior, Signal};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid, Gid, Uid};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["hiding": decisions, thread_of_another, owner_follows_the_task]
}

const MODES: &[&str] = &["off", "noaccess", "invisible", "ptraceable"];
const CALLERS: &[Caller] = &[
    caller::ORDINARY,
    caller::MEMBER,
    caller::WEAK_ROOT,
    caller::ROOT,
];

/// Below a task's directory: what is looked up.
const PATHS: &[&str] = &[
    "",
    "/status",
    "/task",
    "/task/PID",
    "/task/PID/stat",
    "/fd",
    "/ns",
    "/attr",
    "/exe",
];
/// Below a task's directory: what is held open.
const HELD: &[&str] = &["", "/task", "/ns", "/attr", "/fd"];
/// Below what is held.
const BELOW: &[&str] = &[".", "status", "PID", "PID/stat", "pid", "current", "0"];

fn decisions() -> Result<()> {
    let mut tally = Tally::default();
    let target = target_kinds::plain(OTHER)?;
    let pid = target.id().to_string();
    for mode in MODES {
        let options = format!("hidepid={mode},gid={EXEMPT}");
        for caller in CALLERS {
            let (oracle, subject) = (
                Instance::new("proc", &options)?.into_root()?,
                Instance::new(&fstype(), &options)?.into_root()?,
            );
            let compare = |tally: &mut Tally, when: &str, theirs: Vec<Step>, ours: Vec<Step>| {
                for ((step, want), (_, got)) in theirs.into_iter().zip(ours) {
                    let step = step.replace(&pid, "PID");
                    let what = || format!("[{options}] {} {when}: {step}", caller.name);
                    tally.same(what, want, got);
                }
            };
            let fresh = in_child(|| {
                caller.become_it()?;
                Ok((looked(&oracle, &pid), looked(&subject, &pid)))
            })?;
            compare(&mut tally, "finds", fresh.0, fresh.1);
            let held = (hold(&oracle, &pid)?, hold(&subject, &pid)?);
            let (cached, kept) = in_child(|| {
                caller.become_it()?;
                let cached = (looked(&oracle, &pid), looked(&subject, &pid));
                Ok((cached, (used(&held.0, &pid), used(&held.1, &pid))))
            })?;
            // What is hidden from who may not trace it is ENOENT wherever it is met, and procfs
            // says so at a first look only.
            let stricter = *mode == "ptraceable" && !is_procfs();
            if !stricter {
                compare(&mut tally, "finds again", cached.0, cached.1);
            }
            let want = kept
                .0
                .into_iter()
                .map(|(step, outcome)| match outcome.as_str() {
                    "EPERM" if stricter && caller.name != caller::ROOT.name => {
                        (step, "ENOENT".into())
                    }
                    _ => (step, outcome),
                });
            compare(&mut tally, "holds", want.collect(), kept.1);
        }
    }
    tally.verdict(1000)
}

/// What was done, and what it gave.
type Step = (String, String);

/// Every way to find a task by name.
fn looked(root: &OwnedFd, pid: &str) -> Vec<Step> {
    let list = At {
        root: root.as_fd(),
        path: ".",
    }
    .open(OFlags::RDONLY | OFlags::DIRECTORY);
    let list = list.and_then(|fd| dirent::names(fd.as_fd()));
    let listed = errno::show(list, |names| {
        names.iter().any(|name| name == pid).to_string()
    });
    let mut steps = vec![("the listing has it".to_owned(), listed)];
    for path in PATHS {
        let path = format!("{pid}{path}").replace("PID", pid);
        steps.extend(ways(root.as_fd(), &path));
    }
    steps
}

/// Opens what is held of a task, with and without reading it.
fn hold(root: &OwnedFd, pid: &str) -> Result<Vec<(String, OwnedFd)>> {
    let mut held = Vec::new();
    for path in HELD {
        for flags in [OFlags::PATH, OFlags::RDONLY] {
            let path = format!("{pid}{path}");
            let fd = openat(root, &path, flags | OFlags::CLOEXEC, Mode::empty());
            held.push((format!("{path} {flags:?}"), fd.with_context(|| path)?));
        }
    }
    Ok(held)
}

/// Every use of what is held.
fn used(held: &[(String, OwnedFd)], pid: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, fd) in held {
        steps.push((
            format!("{name} fstat"),
            errno::show(fstat(fd), |stat| format!("{:o}", stat.st_mode)),
        ));
        let list = dirent::read(fd.as_fd());
        steps.push((
            format!("{name} list"),
            errno::show(list, |list| (list.len() > 2).to_string()),
        ));
        for below in BELOW {
            let below = below.replace("PID", pid);
            let of = ways(fd.as_fd(), &below).into_iter();
            steps.extend(of.map(|(step, outcome)| (format!("{name} {step}"), outcome)));
        }
    }
    steps
}

/// Every way to use a path. The first look makes what later ones find, so it must be one that stops
/// at the name.
fn ways(root: BorrowedFd<'_>, path: &str) -> Vec<Step> {
    let open = |flags| {
        let flags = flags | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        errno::show(openat(root, path, flags, Mode::empty()), |_| "ok".into())
    };
    let named = open(OFlags::PATH);
    let stat = statat(root, path, AtFlags::SYMLINK_NOFOLLOW);
    let stat = errno::show(stat, |stat| format!("{:o}", stat.st_mode));
    let access = accessat(root, path, Access::WRITE_OK, AtFlags::empty());
    let access = errno::show(access, |()| "ok".into());
    vec![
        (format!("{path} O_PATH"), named),
        (format!("{path} stat"), stat),
        (format!("{path} access"), access),
        (format!("{path} open"), open(OFlags::RDONLY)),
    ]
}

/// A thread with other ids than its process has: the process can be seen, and the thread alone is
/// hidden. procfs never asks about threads.
fn thread_of_another() -> Result<()> {
    let target = Sleeper::new(|| {
        let gid = Gid::from_raw(USER);
        set_thread_groups(&[]).context("setgroups")?;
        set_thread_res_gid(gid, gid, gid).context("setresgid")?;
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .stack_size(64 << 10)
            .spawn(move || {
                let uid = Uid::from_raw(OTHER);
                // The system call, which changes this thread alone.
                let _ = sender.send(set_thread_res_uid(uid, uid, uid));
                sleep_forever()
            })?;
        receiver.recv()?.context("setresuid of a thread")?;
        let uid = Uid::from_raw(USER);
        set_thread_res_uid(uid, uid, uid).context("setresuid")?;
        set_dumpable_behavior(DumpableBehavior::Dumpable).context("PR_SET_DUMPABLE")
    })?;
    let pid = target.id();
    if is_procfs() {
        return Ok(());
    }
    for (mode, stat, path, open) in [
        ("off", "ok", "ok", "ok"),
        ("noaccess", "ok", "ok", "EPERM"),
        ("invisible", "ENOENT", "ok", "ENOENT"),
        ("ptraceable", "ENOENT", "ENOENT", "ENOENT"),
    ] {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode},gid={EXEMPT}"))?;
        let root = instance.root()?;
        let look = || -> Result<[String; 3]> {
            let task = openat(&root, format!("{pid}/task"), OFlags::RDONLY, Mode::empty());
            let task = task.context("the process itself is hidden")?;
            let names = dirent::names(task.as_fd())?;
            let tid = names.last().context("no thread")?;
            let open = |path: &str, flags| {
                errno::show(openat(&task, path, flags, Mode::empty()), |_| "ok".into())
            };
            // The first look makes what later ones find.
            let path = open(tid, OFlags::PATH);
            let stat = statat(&task, tid.as_str(), AtFlags::empty());
            Ok([
                errno::show(stat, |_| "ok".into()),
                path,
                open(&format!("{tid}/stat"), OFlags::RDONLY),
            ])
        };
        for when in ["first", "after root"] {
            let got = in_child(|| {
                caller::ORDINARY.become_it()?;
                look()
            })?;
            ensure!(
                got == [stat, path, open],
                "hidepid={mode}, {when}: stat, O_PATH and open of another user's thread gave {got:?}, not {:?}",
                [stat, path, open]
            );
            look()?;
        }
    }
    Ok(())
}

/// Who may open an entry by its mode is asked of the owner that it has now, not when it was looked up first.
fn owner_follows_the_task() -> Result<()> {
    for fstype in ["proc".to_owned(), fstype()] {
        let instance = Instance::new(&fstype, "")?;
        let (mut ours, mut theirs) = UnixStream::pair()?;
        let task = fork_with(0, || {
            let mut turn = || -> Result<()> {
                theirs.read_exact(&mut [0])?;
                caller::become_user(USER)?;
                Ok(theirs.write_all(&[0])?)
            };
            let _ = turn();
            sleep_forever()
        })?;
        let path = instance.join(format!("{}/auxv", task.as_raw_nonzero()));
        let opened = || {
            in_child(|| {
                caller::become_user(USER)?;
                Ok(std::fs::File::open(&path).is_ok())
            })
        };
        ensure!(!opened()?, "{fstype}: of root's task");
        ours.write_all(&[0])?;
        ours.read_exact(&mut [0])?;
        let now = opened()?;
        kill_process(task, Signal::KILL)?;
        ensure!(now, "{fstype}: of a task that is the caller's now");
    }
    Ok(())
}
