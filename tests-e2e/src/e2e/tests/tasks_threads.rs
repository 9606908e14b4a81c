// SPDX-License-Identifier: GPL-2.0

//! `.proc2/threads`: a row for each thread, which says what the files of the thread say.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, ORDINARY};
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::snapshot::{table, Table};
use proc2_e2e::{fstype, target_kinds, task_files};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_threads": as_the_files_say, of_one_process, of_many, all_there_are, of_who_may_be_seen]
}

/// The threads of a process, by its directory.
fn threads(pid: i32) -> Result<BTreeSet<i32>> {
    let entries = fs::read_dir(format!("/proc/{pid}/task"))?;
    let number = |entry: std::io::Result<fs::DirEntry>| -> Result<i32> {
        Ok(entry?.file_name().to_string_lossy().parse()?)
    };
    entries.map(number).collect()
}

fn tids(table: &Table) -> Result<Vec<i32>> {
    let tids = table.column("tid")?;
    let tids: Vec<i32> = tids.into_iter().map(str::parse).collect::<Result<_, _>>()?;
    ensure!(
        tids.is_sorted_by(|one, next| one < next),
        "not in order: {tids:?}"
    );
    Ok(tids)
}

/// What a row and the files say of a thread, but for strings that the files write otherwise.
fn both(root: BorrowedFd<'_>, shown: &Table, pid: i32, tid: i32) -> Result<(String, String)> {
    let all = shown.column("tid")?;
    let at = all.iter().position(|other| **other == tid.to_string());
    let row = &shown.rows[at.context("no row")?];
    let mut expected = task_files::expected_of_thread(root, pid, tid)?;
    for written_otherwise in ["cgroup", "cmdline"] {
        expected.remove(written_otherwise);
    }
    let text = |(column, value): (&String, &String)| format!("{column} {value}\n");
    let values = shown.columns.iter().zip(row);
    let mut values: Vec<String> = values
        .filter(|(column, _)| expected.contains_key(*column))
        // A name may have blanks, which no word of a row has.
        .map(|(column, value)| text((column, &value.replace("\\040", " "))))
        .collect();
    values.sort();
    Ok((expected.iter().map(text).collect(), values.concat()))
}

fn as_the_files_say() -> Result<()> {
    let processes = [
        target_kinds::plain(0)?,
        target_kinds::threads()?,
        target_kinds::many_threads()?,
        target_kinds::dead_leader()?,
        target_kinds::stopped()?,
        target_kinds::zombie()?,
        target_kinds::plain(caller::OTHER)?,
    ];
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let mut tally = Tally::default();
    let shown = table(root.as_fd(), "threads")?;
    ensure!(
        shown.columns.len() == 54 && shown.columns[0] == "tid",
        "{:?}",
        shown.columns
    );
    for process in &processes {
        for tid in threads(process.id())? {
            let (files, row) = both(root.as_fd(), &shown, process.id(), tid)?;
            tally.same(|| format!("thread {tid} of {}", process.id()), files, row);
        }
    }
    tally.verdict(processes.len() as u64 + 10)
}

fn of_one_process() -> Result<()> {
    let processes = [
        target_kinds::plain(0)?,
        target_kinds::threads()?,
        target_kinds::many_threads()?,
        target_kinds::dead_leader()?,
    ];
    let root = Instance::new(&fstype(), "")?.into_root()?;
    for process in &processes {
        let id = process.id();
        let shown = table(root.as_fd(), &format!("threads:tid,pid,comm@pid={id}"))?;
        let got: BTreeSet<i32> = tids(&shown)?.into_iter().collect();
        ensure!(got == threads(id)?, "of {id}: {got:?}");
        let pids = shown.column("pid")?;
        ensure!(pids.iter().all(|pid| *pid == id.to_string()), "{pids:?}");
    }
    // A thread is no process.
    let thread = threads(processes[1].id())?
        .into_iter()
        .max()
        .context("no thread")?;
    for other in [thread.to_string(), "0".into(), "4194304".into()] {
        let shown = table(root.as_fd(), &format!("threads:tid@pid={other}"))?;
        ensure!(shown.rows.is_empty(), "of {other}: {:?}", shown.rows);
    }
    Ok(())
}

/// More threads than are sorted at a time, and than are looked for in a list; read in pieces.
fn of_many() -> Result<()> {
    for count in [63, 64, 65, 120, 200] {
        let process = target_kinds::threads_of_root(count)?;
        let id = process.id();
        let expected = threads(id)?;
        ensure!(expected.len() == count, "{} threads", expected.len());
        let root = Instance::new(&fstype(), "")?.into_root()?;
        for columns in ["tid", "tid,comm,utime", "tid,cmdline"] {
            let name = format!("threads:{columns}@pid={id}");
            let got: BTreeSet<i32> = tids(&table(root.as_fd(), &name)?)?.into_iter().collect();
            ensure!(got == expected, "{name}: {} of {count}", got.len());
            let fd = proc2_e2e::snapshot::open_named(root.as_fd(), &name)?;
            let text = proc2_e2e::snapshot::read_on(fd.as_fd(), 50)?;
            let rows = String::from_utf8(text)?.lines().count() - 2;
            ensure!(rows == count, "{name} in pieces: {rows} of {count}");
        }
    }
    Ok(())
}

/// Every thread of every process of a quiet namespace, and no other.
fn all_there_are() -> Result<()> {
    super::tasks_read::in_quiet_namespace(5, |instance, _| {
        let process = target_kinds::many_threads()?;
        let shown = table(instance.root()?.as_fd(), "threads:tid,pid")?;
        let mut expected = threads(process.id())?;
        expected.insert(1);
        let got: BTreeSet<i32> = tids(&shown)?.into_iter().collect();
        ensure!(expected.is_subset(&got), "{expected:?}, {got:?}");
        ensure!(got.len() == expected.len() + 5, "{got:?}");
        Ok(())
    })
}

/// Who may not look into a process's directory does not see its threads.
fn of_who_may_be_seen() -> Result<()> {
    let others = target_kinds::threads_of_root(3)?;
    for mode in ["noaccess", "invisible", "ptraceable"] {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode}"))?;
        let root = instance.root()?;
        let seen = in_child(|| {
            ORDINARY.become_it()?;
            let all = tids(&table(root.as_fd(), "threads")?)?;
            let one = table(root.as_fd(), &format!("threads:tid@pid={}", others.id()))?;
            Ok((all, one.rows.len(), std::process::id() as i32))
        })?;
        ensure!(seen.0 == [seen.2] && seen.1 == 0, "{mode}: {seen:?}");
    }
    Ok(())
}
