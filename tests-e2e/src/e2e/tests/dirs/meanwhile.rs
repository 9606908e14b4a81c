// SPDX-License-Identifier: GPL-2.0

//! Directories that are read while what they list goes: what stays is listed once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{bail, ensure, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::open_root;
use proc2_e2e::{dirent, fstype, target_kinds};
use rustix::fs::{seek, SeekFrom};

use super::in_quiet_namespace;

/// Reads on, entry by entry, while `end`, told the round and how many names were read, ends some
/// of what is listed; returns the names.
fn read_while(fd: &OwnedFd, mut end: impl FnMut(usize, usize)) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for round in 0.. {
        // Room for one or two entries at a time.
        let position = seek(fd, SeekFrom::Current(0))?;
        let part = dirent::read_some(fd.as_fd(), 56)?;
        if part.is_empty() {
            break;
        }
        ensure!(
            seek(fd, SeekFrom::Current(0))? > position,
            "the position did not move"
        );
        names.extend(part.into_iter().map(|entry| entry.name));
        end(round, names.len());
    }
    Ok(names)
}

/// Each survivor is listed exactly once, and nothing twice.
fn survivors_listed_once(names: &[String], survivors: &BTreeSet<String>) -> Result<()> {
    let mut count = BTreeMap::new();
    for name in names {
        *count.entry(name.as_str()).or_insert(0) += 1;
    }
    if let Some((name, times)) = count.iter().find(|(_, times)| **times > 1) {
        bail!("{name} is listed {times} times");
    }
    let missing: Vec<_> = survivors
        .iter()
        .filter(|name| !count.contains_key(name.as_str()))
        .collect();
    ensure!(missing.is_empty(), "not listed: {missing:?}");
    Ok(())
}

pub(super) fn tasks_end_meanwhile() -> Result<()> {
    in_quiet_namespace(|instance| {
        let mut processes: Vec<Sleeper> = (0..60)
            .map(|_| target_kinds::plain(0))
            .collect::<Result<_>>()?;
        let survivors: BTreeSet<String> = processes
            .iter()
            .step_by(3)
            .map(|process| process.id().to_string())
            .collect();
        let root = instance.root()?;
        let mut doomed: Vec<Sleeper> = Vec::new();
        let mut kept = Vec::new();
        for (index, process) in processes.drain(..).enumerate() {
            if index % 3 == 0 {
                kept.push(process)
            } else {
                doomed.push(process)
            }
        }
        // Some of them have been listed when they end, others not yet.
        let names = read_while(&root, |round, _| {
            if round % 2 == 0 && !doomed.is_empty() {
                doomed.remove(round / 2 % doomed.len());
            }
        })?;
        survivors_listed_once(&names, &survivors)
    })
}

/// A joined thread has left its program, but may not have left the kernel's lists yet: a listing
/// that meets it then breaks off, procfs's too, and passes over others when it goes on.
fn wait_for_the_end_of(tid: i32) {
    let directory = format!("/proc/self/task/{tid}");
    while fs::exists(&directory).unwrap_or(false) {
        std::thread::yield_now();
    }
}

pub(super) fn threads_end_meanwhile() -> Result<()> {
    in_quiet_namespace(|instance| {
        let (mut senders, mut threads) = (Vec::new(), Vec::new());
        for _ in 0..30 {
            let (sender, receiver) = std::sync::mpsc::channel::<()>();
            let (told, tell) = std::sync::mpsc::channel();
            threads.push(std::thread::spawn(move || {
                let _ = told.send(rustix::thread::gettid().as_raw_nonzero().get());
                let _ = receiver.recv();
            }));
            senders.push((tell.recv()?, Some(sender)));
        }
        let survivors: BTreeSet<String> = senders
            .iter()
            .step_by(2)
            .map(|(tid, _)| tid.to_string())
            .collect();
        let directory = open_root(&instance.join("self/task"))?;
        let mut threads: Vec<_> = threads.into_iter().map(Some).collect();
        let names = read_while(&directory, |round, listed| {
            // Odd ones end, listed ones and far ones in turn. The one where reading goes on must
            // stay: procfs counts from the start if it has gone, and so passes over others.
            let index = if round % 2 == 0 {
                29 - round.min(29)
            } else {
                listed.saturating_sub(6)
            };
            if index % 2 == 1 && index.abs_diff(listed) > 3 {
                senders[index].1.take();
                if let Some(thread) = threads[index].take() {
                    let _ = thread.join();
                    wait_for_the_end_of(senders[index].0);
                }
            }
        })?;
        survivors_listed_once(&names, &survivors)
    })
}

pub(super) fn files_close_meanwhile() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    let mut files: Vec<Option<OwnedFd>> = (0..40)
        .map(|_| Ok(Some(fs::File::open("/dev/null")?.into())))
        .collect::<Result<_>>()?;
    let number = |fd: &OwnedFd| std::os::fd::AsRawFd::as_raw_fd(fd).to_string();
    let survivors = files.iter().step_by(2).flatten().map(number).collect();
    let directory = open_root(&instance.join("self/fd"))?;
    let size = |fd: &OwnedFd| rustix::fs::fstat(fd).map(|stat| stat.st_size);
    let before = size(&directory)?;
    let names = read_while(&directory, |round, _| {
        if round % 2 == 1 {
            if let Some(file) = files.get_mut(round) {
                file.take();
            }
        }
    })?;
    survivors_listed_once(&names, &survivors)?;
    let open = files.iter().flatten().count() as i64;
    let after = size(&directory)?;
    ensure!(
        before - after == 40 - open,
        "st_size went from {before} to {after}, {open} of 40 are open"
    );
    Ok(())
}
