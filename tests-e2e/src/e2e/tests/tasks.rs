// SPDX-License-Identifier: GPL-2.0

//! What `.proc2/tasks` shows, beside the separate files of the same instance, and of which tasks.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller;
use proc2_e2e::child::{in_child, in_child_with, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::{fstype, snapshot, target, target_kinds, target_names};
use rustix::process::{kill_process, Signal};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::Test;
use beside::{from_files, from_row, pids};
use callers::every_caller_sees_what_the_files_show;

mod beside;
mod callers;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks": every_caller_sees_what_the_files_show, long_command_lines_are_cut, cgroups, pid_namespace,
        namespaces_of_the_reader, only_tasks_that_can_be_seen]
}

/// What the files and the row of a process say, which the caller numbers as the instance does.
fn both(root: BorrowedFd<'_>, process: &Sleeper) -> Result<(Vec<u8>, Vec<u8>)> {
    let (pid, identity) = (process.id(), target::identity(process.id())?);
    Ok((from_files(root, pid, identity), from_row(root, pid)))
}

fn row_of(root: BorrowedFd<'_>, pid: i32) -> Result<snapshot::Row> {
    let mut rows = snapshot::rows(root)?.into_iter();
    rows.find(|row| row.task.pid == pid)
        .with_context(|| format!("no row of {pid}"))
}

/// Of a long command line a row has the beginning, and says so.
fn long_command_lines_are_cut() -> Result<()> {
    let process = target_names::long_command_line()?;
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let whole = fs::read(format!("/proc/{}/cmdline", process.id()))?;
    ensure!(
        whole.len() > 2 * snapshot::COMMAND_LINE,
        "the command line has only {} bytes",
        whole.len()
    );
    let row = row_of(root.as_fd(), process.id())?;
    ensure!(!row.task.cmdline.whole, "it is said to be whole");
    ensure!(
        row.task.cmdline.bytes == whole[..snapshot::COMMAND_LINE],
        "it begins with {} other bytes",
        row.task.cmdline.bytes.len()
    );
    Ok(())
}

/// The default hierarchy's path: below the root, of a removed cgroup, and as another cgroup
/// namespace names it.
fn cgroups() -> Result<()> {
    let tree = mount::cgroups()?;
    let (outer, inner) = (tree.join("proc2 \t\\"), tree.join("proc2 \t\\/inner"));
    fs::create_dir_all(&inner)?;
    let mut processes = [
        target_kinds::plain(0)?,
        target_kinds::plain(0)?,
        target_kinds::plain(0)?,
    ];
    for (process, directory) in processes.iter().zip([&tree, &outer, &inner]) {
        fs::write(directory.join("cgroup.procs"), process.id().to_string())?;
    }
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let paths = || -> Result<Vec<String>> {
        let path = |process: &Sleeper| {
            Ok(row_of(root.as_fd(), process.id())?
                .task
                .cgroup
                .escape_ascii()
                .to_string())
        };
        processes.iter().map(path).collect()
    };
    let mut tally = Tally::default();
    let mut compare = |title: &str| -> Result<()> {
        for process in &processes {
            let (files, row) = both(root.as_fd(), process)?;
            tally.same(|| format!("{title}: row"), files, row);
        }
        Ok(())
    };
    compare("cgroups")?;
    let seen = paths()?;
    ensure!(
        seen == ["/", r"/proc2 \t\\", r"/proc2 \t\\/inner"],
        "{seen:?}"
    );
    let inside = in_child(|| {
        fs::write(outer.join("cgroup.procs"), std::process::id().to_string())?;
        // SAFETY: a child process with one thread; the cgroup namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWCGROUP)? };
        paths()
    })?;
    ensure!(
        inside == ["/..", "/", "/inner"],
        "in a cgroup namespace: {inside:?}"
    );
    kill_process(processes[2].pid, Signal::KILL)?;
    target_kinds::wait_state(processes[2].id(), 'Z')?;
    fs::remove_dir(&inner).context("removing the cgroup of a dead process")?;
    compare("a removed cgroup")?;
    let seen = paths()?;
    ensure!(seen[2] == r"/proc2 \t\\/inner (deleted)", "{seen:?}");
    tally.verdict(6)?;
    processes.iter_mut().for_each(Sleeper::end);
    fs::remove_dir(&outer).context("removing the outer cgroup")?;
    Ok(())
}

/// An instance of another pid namespace shows the tasks of that, with its numbers.
fn pid_namespace() -> Result<()> {
    let outside = target_kinds::plain(0)?;
    let inner = target_kinds::inner_pid_namespace()?;
    let namespace = fs::File::open(format!("/proc/{}/ns/pid", inner.id()))?.into();
    let instance = Instance::with(&fstype(), &[Opt::Fd("pidns", &namespace)])?;
    let rows = snapshot::rows(instance.root()?.as_fd())?;
    ensure!(rows.len() == 1, "{} tasks", rows.len());
    let task = &rows[0].task;
    // Its parent is not there, nor is its session's leader.
    ensure!(
        (task.pid, task.ppid, task.pgrp, task.session) == (1, 0, 0, 0),
        "{task:?}"
    );
    let all = Instance::new(&fstype(), "")?;
    let seen = row_of(all.root()?.as_fd(), inner.id())?;
    ensure!(
        seen.task.ino == task.ino,
        "another identity seen from outside"
    );
    ensure!(
        seen.task.ppid == std::process::id() as i32,
        "{:?}",
        seen.task
    );
    row_of(all.root()?.as_fd(), outside.id()).map(|_| ())
}

/// Ids are those of the reader's user namespace, and start times those of its time namespace, as in
/// the files.
fn namespaces_of_the_reader() -> Result<()> {
    let processes = [target_kinds::plain(0)?, target_kinds::plain(caller::USER)?];
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let start = |process: &Sleeper| Ok(row_of(root.as_fd(), process.id())?.task.start_time);
    let starts: Vec<u64> = processes.iter().map(start).collect::<Result<_>>()?;
    let compare = || -> Result<Tally> {
        let mut tally = Tally::default();
        for process in &processes {
            let (files, row) = both(root.as_fd(), process)?;
            tally.same(|| format!("row of {}", process.id()), files, row);
        }
        Ok(tally)
    };
    let (tally, ids) = in_child(|| {
        caller::ORDINARY.become_it()?;
        // SAFETY: a child process with one thread; the user namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWUSER)? };
        fs::write("/proc/self/uid_map", format!("0 {} 1", caller::USER))?;
        let uid = |process: &Sleeper| Ok(row_of(root.as_fd(), process.id())?.task.uid);
        let ids: Vec<u32> = processes.iter().map(uid).collect::<Result<_>>()?;
        Ok((compare()?, ids))
    })?;
    // Root has no number there.
    ensure!(ids == [65534, 0], "uids in a user namespace: {ids:?}");
    tally.verdict(2)?;
    let (tally, later) = in_child(|| {
        // SAFETY: a child process with one thread; the time namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWTIME)? };
        fs::write("/proc/self/timens_offsets", "boottime 1000 0\n")?;
        // It counts from the next child on.
        in_child(|| {
            Ok((
                compare()?,
                processes.iter().map(start).collect::<Result<Vec<u64>>>()?,
            ))
        })
    })?;
    let moved: Vec<u64> = starts.iter().map(|start| start + 1000 * 100).collect();
    ensure!(
        later == moved,
        "started at {starts:?}, in a time namespace 1000 s ahead at {later:?}"
    );
    tally.verdict(2)
}

/// Where nothing of others can be seen there are the header and the caller's own tasks. Entries
/// that are not tasks change nothing.
fn only_tasks_that_can_be_seen() -> Result<()> {
    let (other, own) = (
        target_kinds::plain(caller::OTHER)?,
        target_kinds::plain(caller::USER)?,
    );
    for options in [
        "hidepid=invisible",
        "hidepid=ptraceable,subset=pid",
        "hidepid=noaccess",
    ] {
        let instance = Instance::new(&fstype(), options)?;
        let seen = in_child(|| {
            caller::ORDINARY.become_it()?;
            let seen = pids(instance.root()?.as_fd())?;
            Ok((seen, std::process::id() as i32))
        })?;
        ensure!(
            seen == (BTreeSet::from([own.id(), seen.1]), seen.1),
            "{options}: {seen:?}, where {} is the caller's and {} is not",
            own.id(),
            other.id()
        );
    }
    let mine = in_child_with(libc::CLONE_NEWPID, || {
        let instance = Instance::new(&fstype(), "subset=pid")?;
        pids(instance.root()?.as_fd())
    })?;
    ensure!(
        mine == BTreeSet::from([1]),
        "alone in a pid namespace: {mine:?}"
    );
    Ok(())
}
