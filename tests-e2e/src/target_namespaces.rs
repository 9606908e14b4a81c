// SPDX-License-Identifier: GPL-2.0

//! Targets in namespaces and control groups of their own, and a pid namespace full of targets.

use std::fs;

use anyhow::{ensure, Context as _, Result};
use rustix::process::{kill_process, Signal};

use crate::caller::{become_user, OTHER, USER};
use crate::child::{fork_with, wait_asleep, Sleeper};
use crate::target::Target;
use crate::target_kinds::{start_thread, wait_state};
use crate::{errno, mount};

/// A process in a user namespace that maps several ranges, in a time namespace where the clocks are
/// elsewhere, and in mount, network and other namespaces that belong to its user namespace.
pub fn all() -> Result<Sleeper> {
    let sleeper = Sleeper::new(|| {
        // SAFETY: a process with one thread; namespaces are no memory.
        unsafe {
            let done = libc::unshare(libc::CLONE_NEWTIME);
            ensure!(done == 0, "unshare of time: {}", errno::last());
            fs::write(
                "/proc/self/timens_offsets",
                "monotonic 1000 5\nboottime 3 7\n",
            )
            .context("timens_offsets")?;
            let namespace =
                fs::File::open("/proc/self/ns/time_for_children").context("a time namespace")?;
            let namespace = std::os::fd::AsRawFd::as_raw_fd(&namespace);
            ensure!(libc::setns(namespace, 0) == 0, "setns: {}", errno::last());
            let others = libc::CLONE_NEWNS
                | libc::CLONE_NEWNET
                | libc::CLONE_NEWCGROUP
                | libc::CLONE_NEWIPC
                | libc::CLONE_NEWUTS;
            let done = libc::unshare(libc::CLONE_NEWUSER | others);
            ensure!(done == 0, "unshare of users and others: {}", errno::last());
        }
        Ok(())
    })?;
    let write = |name: &str, text: &str| {
        let path = format!("/proc/{}/{name}", sleeper.id());
        fs::write(&path, text).context(path)
    };
    write("uid_map", "0 1000 1\n1 100000 1000\n4000000 0 1\n")?;
    write("setgroups", "deny")?;
    write("gid_map", "0 0 1\n5 4321 2\n")?;
    write("projid_map", "7 8 9\n")?;
    Ok(sleeper)
}

/// A process deep in a tree of control groups, in the unified hierarchy and in one without a
/// controller; the names must be escaped.
pub fn nested_groups() -> Result<Sleeper> {
    let none = rustix::mount::MountFlags::empty();
    let sleeper = Sleeper::new(|| Ok(()))?;
    for (kind, data) in [("cgroup2", c""), ("cgroup", c"none,name=proc2-e2e")] {
        let top = mount::new_directory()?;
        rustix::mount::mount("none", &top, kind, none, data)
            .with_context(|| format!("mounting {kind}"))?;
        let deep = top.join("proc2-e2e/in a \\ name\u{fc}/deeper");
        fs::create_dir_all(&deep).with_context(|| format!("groups of {kind}"))?;
        fs::write(deep.join("cgroup.procs"), sleeper.id().to_string()).context("cgroup.procs")?;
    }
    Ok(sleeper)
}

/// The number in the pid namespace of `/proc` of the child that the caller has made last.
pub fn last_child() -> Result<i32> {
    let list = fs::read_to_string("/proc/thread-self/children").context("the list of children")?;
    let last = list
        .split_whitespace()
        .last()
        .context("no child is listed")?;
    Ok(last.parse()?)
}

/// A process of a pid namespace inside another one, as seen from outside of both.
pub fn nested_pid_namespaces() -> Result<Target> {
    let outer = Sleeper::with_flags(libc::CLONE_NEWPID, || {
        let inner = fork_with(libc::CLONE_NEWPID, || {
            let child = Sleeper::new_unwatched(|| become_user(USER));
            std::mem::forget(child);
            crate::child::sleep_forever()
        });
        inner.map(drop)
    })?;
    let inner = only_child(outer.id())?;
    let pid = only_child(inner)?;
    Target::held("two pid namespaces down", pid.to_string(), pid, outer)
}

/// The children of a process, once there are as many as that and they sleep.
fn children(pid: i32, count: usize) -> Result<Vec<i32>> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let mut list = Vec::new();
    for _ in 0..5000 {
        let text = fs::read_to_string(&path).with_context(|| path.clone())?;
        list = text
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
            .collect();
        if list.len() == count {
            return Ok(list);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    anyhow::bail!("process {pid} has {} children and not {count}", list.len())
}

fn only_child(pid: i32) -> Result<i32> {
    let child = children(pid, 1)?[0];
    wait_asleep(child)?;
    Ok(child)
}

/// A pid namespace with processes to look at, for callers above it and in it.
pub struct Inner {
    /// Its init; all end with it.
    pub init: Sleeper,
    /// What can be looked at in it, by the numbers that they have there.
    pub targets: Vec<Target>,
}

/// Makes one.
pub fn inner() -> Result<Inner> {
    const NAMES: [&str; 4] = ["the user's", "another user's", "threads", "zombie"];
    let init = Sleeper::with_flags(libc::CLONE_NEWPID, || {
        for name in NAMES {
            let child = Sleeper::new_unwatched(|| match name {
                "another user's" => become_user(OTHER),
                "threads" => start_thread("one").and_then(|()| start_thread("two")),
                _ => become_user(USER),
            })?;
            // Ends with its namespace.
            std::mem::forget(child);
        }
        Ok(())
    })?;
    let mut targets = vec![
        Target::named("self", "self"),
        Target::named("thread-self", "thread-self"),
        Target::numbered("init", "1", init.id()),
    ];
    for (name, outer) in NAMES.into_iter().zip(children(init.id(), NAMES.len())?) {
        wait_asleep(outer)?;
        let status = fs::read_to_string(format!("/proc/{outer}/status"))?;
        let line = status.lines().find(|line| line.starts_with("NSpid:"));
        let number = line.and_then(|line| line.split_whitespace().last());
        let number = number.context("status without NSpid")?;
        targets.push(Target::numbered(name, number, outer));
        if name == "zombie" {
            let pid = rustix::process::Pid::from_raw(outer).context("pid 0")?;
            kill_process(pid, Signal::KILL)?;
            wait_state(outer, 'Z')?;
        }
    }
    Ok(Inner { init, targets })
}
