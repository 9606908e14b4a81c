// SPDX-License-Identifier: GPL-2.0

//! The crate `procfs`, as a monitoring program uses it: each of its calls about a process or a
//! thread, for every process that the caller sees.

use std::path::Path;

use anyhow::{ensure, Result};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::child::in_child;
use proc2_e2e::compare::{exact, Tally};
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use procfs::process::{all_processes_with_root, ClearRefs, Process, Task};
use procfs::ProcResult;

use super::sandbox::Sandbox;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::reader": every_call_of_the_crate]
}

/// Who reads under which options.
const CASES: [(&str, &Caller); 3] = [
    ("hidepid=off", &ROOT),
    ("hidepid=off", &ORDINARY),
    ("hidepid=invisible", &ORDINARY),
];

/// What a call gave, in text: hash maps have no order, so that lines are sorted.
fn text<T: std::fmt::Debug>(result: ProcResult<T>) -> String {
    let text = match result {
        Ok(value) => format!("{value:#?}"),
        Err(error) => return format!("error: {error:?}"),
    };
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// What a call gave that is a list: its order counts, and what is in each element is sorted.
fn list<T: std::fmt::Debug>(result: ProcResult<impl IntoIterator<Item = T>>) -> String {
    match result {
        Ok(list) => {
            let each = list.into_iter().map(|element| text(Ok(element)));
            each.collect::<Vec<_>>().join("\n")
        }
        Err(error) => format!("error: {error:?}"),
    }
}

/// A call by name.
type Call<T> = (&'static str, fn(&T) -> String);

/// Names the calls.
macro_rules! calls {
    ($($shown:ident: $($name:ident),*;)*) => {
        &[$($((stringify!($name), |it| $shown(it.$name()))),*),*]
    };
}

/// What is asked about a process.
const PROCESS: &[Call<Process>] = calls![
    text: cmdline, uid, cwd, root, environ, exe, io, smaps_rollup, mountstats, fd_count,
        coredump_filter, autogroup, auxv, wchan, status, stat, limits, loginuid, oom_score,
        oom_score_adj, statm, schedstat, syscall, namespaces, cgroups, task_main_thread, tcp, tcp6,
        udp, udp6, dev_status, unix, arp, route, snmp, snmp6;
    list: maps, smaps, mountinfo, fd, tasks;
];

/// What is asked about a thread.
const THREAD: &[Call<Task>] = calls![text: stat, status, io, schedstat, syscall, children;];

/// Calls that take something, or write.
const MORE: &[Call<Process>] = &[
    ("pid and is_alive", |process| {
        format!("{} {}", process.pid(), process.is_alive())
    }),
    ("fd_from_fd", |process| text(process.fd_from_fd(0))),
    ("task_from_tid", |process| {
        text(
            process
                .task_from_tid(process.pid())
                .map(|task| (task.pid, task.tid)),
        )
    }),
    ("pagemap", |process| {
        let pages = process.maps().and_then(|maps| {
            let first = maps
                .iter()
                .next()
                .map_or(0, |map| map.address.0 as usize / 4096);
            process.pagemap()?.get_range_info(first..first + 8)
        });
        text(pages)
    }),
    ("mem", |process| text(process.mem().map(drop))),
    ("set_oom_score_adj", |process| {
        text(
            process
                .oom_score_adj()
                .and_then(|value| process.set_oom_score_adj(value)),
        )
    }),
    ("clear_refs", |process| {
        text(process.clear_refs(ClearRefs::SoftDirty))
    }),
];

fn every_call_of_the_crate() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let mut tally = Tally::default();
    for (options, caller) in CASES {
        tally.add(in_child(|| {
            sandbox.enter()?;
            let instances = (
                Instance::new("proc", options)?,
                Instance::new(&fstype(), options)?,
            );
            caller.become_it()?;
            read(
                &format!("[{options}] {}", caller.name),
                &instances.0.path,
                &instances.1.path,
            )
        })?);
    }
    tally.verdict(3000)
}

/// Makes every call about every process but the own one, which moves as it looks.
fn read(who: &str, theirs: &Path, ours: &Path) -> Result<Tally> {
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let processes = |root: &Path| -> Result<Vec<Process>> {
        let all: Vec<Process> = all_processes_with_root(root)?.collect::<ProcResult<_>>()?;
        Ok(all
            .into_iter()
            .filter(|process| process.pid != own)
            .collect())
    };
    let (oracle, subject) = (processes(theirs)?, processes(ours)?);
    let ids = |list: &[Process]| format!("{:?}", list.iter().map(Process::pid).collect::<Vec<_>>());
    ensure!(!oracle.is_empty(), "{who} sees nobody");
    let mut tally = Tally::default();
    tally.same(|| format!("{who}: processes"), ids(&oracle), ids(&subject));
    // Errors and namespaces name the file, with the mount point. Tables of mounts have both.
    let plain = |name: &str, text: String, root: &Path| match name.starts_with("mount")
        && !text.starts_with("error: ")
    {
        true => text,
        false => text.replace(&root.display().to_string(), "/proc"),
    };
    for (oracle, subject) in oracle.iter().zip(&subject) {
        for (name, call) in PROCESS.iter().chain(MORE) {
            tally.compare(
                || format!("{who} looks at {} ({name}", oracle.pid),
                || plain(name, call(oracle), theirs).into(),
                || plain(name, call(subject), ours).into(),
                exact,
            );
        }
        let tasks = |process: &Process| -> Vec<Task> {
            let tasks = process
                .tasks()
                .map(|tasks| tasks.collect::<ProcResult<_>>());
            tasks.and_then(|tasks| tasks).unwrap_or_default()
        };
        let tasks = (tasks(oracle), tasks(subject));
        for (oracle, subject) in tasks.0.iter().zip(&tasks.1) {
            for (name, call) in THREAD {
                tally.compare(
                    || format!("{who} looks at thread {} (task.{name}", oracle.tid),
                    || plain(name, call(oracle), theirs).into(),
                    || plain(name, call(subject), ours).into(),
                    exact,
                );
            }
        }
    }
    Ok(tally)
}
