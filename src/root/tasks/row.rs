// SPDX-License-Identifier: GPL-2.0

//! A row: a process, or a thread, as it is at one moment, as far as columns ask for it.
//!
//! Mirrors `do_task_stat()`, `proc_pid_status()` of
//! [`fs/proc/array.c`](srctree/fs/proc/array.c). Nothing is shown that takes more than the right to
//! enter the process's directory.
//!
//! Nearly everything can be asked under RCU ([`now`]). What sleeps is a command line, which is read
//! from the program's memory, the name of a worker, a cgroup that was not the last one's, and a
//! lock that someone holds: then the row is made with a count of the process ([`slowly`]).
//!
//! Locks: `exec_update_lock` (held by the gate's answer) around everything but the command line, so
//! that a row is all of one program; with it RCU, inside which it is tried and not waited for; and
//! in both `siglock`, `stats_lock` and `task_lock`, none inside another.

#[cfg(CONFIG_CGROUPS)]
use super::cgroup::LastCgroup;
use super::{
    ids::{
        self,
        LastIds, //
    },
    memory, //
};
use crate::{
    gate::{
        hidepid::MayEnter,
        Permitted, //
    },
    pure::{
        show::{
            state::State,
            tasks::{
                self,
                columns::{
                    Column,
                    Columns,
                    Part, //
                },
                query::{
                    Of,
                    Query, //
                },
                Beginning,
                Bytes,
                Name,
                Numbers,
                Strings, //
            }, //
        },
        text::Text, //
    },
    rust_bindings::{
        credentials::cred::UserNamespace,
        memory::{
            mm,
            scratch, //
        },
        tasks::{
            accounting::{
                clock_ticks,
                cpu_times,
                Children,
                Totals, //
            },
            pid::PidType,
            signal::SighandLock,
            task::{
                TaskExt,
                NAME_LEN, //
            }, //
        }, //
    },
    task::cmdline, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::rcu,
    task::Task, //
};

/// As whom and where a row is shown, and what of it.
pub(super) struct Reader<'a> {
    /// What was asked for.
    pub(super) query: &'a Query,
    /// The instance's.
    pub(super) pid_ns: &'a PidNamespace,
    /// The one that ids are shown in.
    pub(super) user_ns: &'a UserNamespace,
}

/// The most that a row has of a command line, and of a path, whatever the size of a page:
/// `PATH_MAX`.
const LONGEST: usize = 4096;

/// Which task a row is of, as it was found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// Its number in the instance's namespace.
    pub(super) nr: u32,
    /// The `pid->ino` that inode numbers of its entries are made of.
    pub(super) pid_ino: u64,
}

/// Room that rows are made in.
pub(super) struct Scratch {
    row: KBox<Numbers>,
    ids: LastIds,
    page: KVVec<u8>,
    #[cfg(CONFIG_CGROUPS)]
    cgroup: LastCgroup,
}

impl Scratch {
    /// Makes the room that `columns` need.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn new(columns: &Columns) -> Result<Self> {
        let page = match columns.parts().any(&[Part::Cgroup, Part::Cmdline]) {
            true => LONGEST,
            false => 0,
        };
        Ok(Self {
            row: KBox::new(const { Numbers::new() }, GFP_KERNEL_ACCOUNT)?,
            ids: LastIds::new(),
            page: scratch::bytes(page)?,
            #[cfg(CONFIG_CGROUPS)]
            cgroup: LastCgroup::new(),
        })
    }

    /// Forgets what is remembered from row to row.
    pub(super) fn forget(&mut self) {
        self.ids.forget();
        #[cfg(CONFIG_CGROUPS)]
        self.cgroup.forget();
    }
}

/// What has come of a row.
pub(super) enum Outcome {
    /// It is written, as far as there was room.
    Shown,
    /// Nothing is written: the task is reaped, or has another number.
    Gone,
    /// Nothing is written: it takes something that sleeps.
    Sleeps,
}

/// What takes a look at each thread of a process.
pub(super) const SUMS: &[Part] = &[Part::Times, Part::Totals];

/// What [`more_numbers`] has nothing to do for.
const NOT_ASKED: &[Part] = &[Part::Number, Part::Name, Part::Cgroup, Part::Cmdline];

/// Puts those numbers of `task` into `row` that the reader asks for, but for those of its address
/// space; false if it is reaped, or has another number by now. Does not sleep.
#[inline(always)] // A row of few columns takes no more than this.
fn numbers(
    task: &Task,
    found: Found,
    reader: &Reader<'_>,
    row: &mut Numbers,
    ids: &mut LastIds,
    rcu: &rcu::Guard,
) -> bool {
    let query = reader.query;
    row.put(Column::ino, found.pid_ino);
    if query.of == Of::Tasks {
        row.put(Column::pid, found.nr);
    } else {
        row.put(Column::tid, found.nr);
        row.put(Column::pid, task.nr_ns(PidType::Tgid, reader.pid_ns));
    }
    (query.columns.parts().only(NOT_ASKED) || more_numbers(task, reader, row, ids, rcu))
        && is_still(task, found, rcu)
}

/// Whether a task still has the number that it was found by. One that is reaped has none, and its
/// figures are no one's; a thread that has executed a program has its process's.
#[inline]
fn is_still(task: &Task, found: Found, rcu: &rcu::Guard) -> bool {
    let pid = task.struct_pid(rcu);
    pid.is_some_and(|pid| pid.ino() == found.pid_ino)
}

fn more_numbers(
    task: &Task,
    reader: &Reader<'_>,
    row: &mut Numbers,
    ids: &mut LastIds,
    rcu: &rcu::Guard,
) -> bool {
    let (ns, query) = (reader.pid_ns, reader.query);
    let (parts, whole) = (query.columns.parts(), query.of == Of::Tasks);
    if parts.has(Part::Shared) {
        let shared = SighandLock::with(task, |lock| {
            let (tty, tpgid) = lock.tty(ns).unwrap_or((0, -1));
            row.put(Column::tty, tty);
            row.put(Column::tpgid, tpgid);
            row.put(Column::threads, task.nr_threads());
            row.put(Column::session, task.nr_ns(PidType::Sid, ns));
            row.put(Column::pgrp, task.nr_ns(PidType::Pgid, ns));
            row.put(Column::ppid, task.ppid_ns(ns));
        });
        if shared.is_none() {
            return false;
        }
    } else if parts.has(Part::Parent) {
        row.put(Column::ppid, task.ppid_ns(ns));
    }
    // Before the address space: a process that is dead has none any more.
    if parts.has(Part::State) {
        row.put(Column::state, State::from_index(task.state_index()));
    }
    if parts.has(Part::Tracer) {
        row.put(Column::tracer, task.tracer_ns(ns));
    }
    if parts.has(Part::Figures) {
        let figures = task.figures();
        row.put(Column::flags, figures.flags);
        row.put(Column::priority, figures.priority);
        row.put(Column::nice, figures.nice);
        row.put(Column::policy, figures.policy);
        row.put(Column::rt_priority, figures.rt_priority);
        row.put(Column::cpu, figures.cpu);
        row.put(Column::start_time, clock_ticks(figures.start_boottime));
        row.put(Column::blkio_ticks, figures.blkio_ticks);
    }
    if parts.has(Part::Totals) {
        let (totals, children) = match whole {
            true => Totals::of_group(task),
            false => (Totals::of_thread(task), Children::of(task)),
        };
        row.put(Column::cutime, clock_ticks(children.user));
        row.put(Column::cstime, clock_ticks(children.system));
        row.put(Column::guest_time, clock_ticks(totals.guest));
        row.put(Column::cguest_time, clock_ticks(children.guest));
        row.put(Column::min_flt, totals.min_flt);
        row.put(Column::cmin_flt, children.min_flt);
        row.put(Column::maj_flt, totals.maj_flt);
        row.put(Column::cmaj_flt, children.maj_flt);
    }
    if parts.has(Part::Times) {
        let (utime, stime) = cpu_times(task, whole);
        row.put(Column::utime, clock_ticks(utime));
        row.put(Column::stime, clock_ticks(stime));
    }
    if parts.has(Part::Switches) {
        let switches = task.status_figures();
        row.put(Column::voluntary_switches, switches.voluntary_switches);
        row.put(Column::involuntary_switches, switches.involuntary_switches);
    }
    if parts.any(ids::PARTS) {
        ids.put(task, parts, reader.user_ns, row, rcu);
    }
    true
}

/// Whether each row takes something that sleeps.
#[inline]
pub(super) fn always_sleeps(query: &Query) -> bool {
    query.columns.parts().has(Part::Cmdline)
}

/// The name of a task that is not asked for it.
const NONE: Name<'_> = Name::Kept([0; 2]);

/// The name of a task. `buf` and `made` are for one that may show another than its own, which
/// `made` puts into the buffer, or says that it can't.
#[inline(always)] // Own names stay in registers.
fn name<'b>(
    task: &Task,
    buf: &'b mut Option<[u8; NAME_LEN]>,
    made: impl FnOnce(&'b mut [u8; NAME_LEN]) -> Option<&'b [u8]>,
) -> Option<Name<'b>> {
    match task.own_name() {
        Some(name) => Some(Name::Kept(name)),
        None => made(buf.insert([0; NAME_LEN])).map(|name| Name::Made(Bytes(name))),
    }
}

/// Writes the row of a task without sleeping, if that can be.
#[inline]
pub(super) fn now(
    permitted: &Permitted<'_, MayEnter>,
    found: Found,
    reader: &Reader<'_>,
    scratch: &mut Scratch,
    out: &mut Text<'_>,
    rcu: &rcu::Guard,
) -> Outcome {
    let (task, query) = (permitted.task(), reader.query);
    let parts = query.columns.parts();
    if always_sleeps(query) {
        return Outcome::Sleeps;
    }
    let mut buf = None;
    let name = match parts.has(Part::Name) {
        true => name(task, &mut buf, |buf| task.name_now(buf)),
        false => Some(NONE),
    };
    let Some(name) = name else {
        return Outcome::Sleeps;
    };
    #[cfg(CONFIG_CGROUPS)]
    if parts.has(Part::Cgroup) && !scratch.cgroup.is_of(task, rcu) {
        return Outcome::Sleeps;
    }
    let row = &mut scratch.row;
    if !numbers(task, found, reader, row, &mut scratch.ids, rcu) {
        return Outcome::Gone;
    }
    if parts.any(memory::PARTS) {
        mm::with_locked(task, |mm| memory::numbers(mm, parts, &mut scratch.row));
    }
    let strings = Strings {
        comm: name,
        #[cfg(CONFIG_CGROUPS)]
        cgroup: scratch.cgroup.column(parts),
        #[cfg(not(CONFIG_CGROUPS))]
        cgroup: tasks::Written(b"-"),
        cmdline: Beginning {
            text: &[],
            whole: true,
        },
    };
    tasks::show(&mut scratch.row, &strings, &query.columns, out);
    Outcome::Shown
}

/// Writes the row of a task. Sleeps, but not as long as `rcu` is held.
///
/// # Errors
///
/// `ENOMEM`; `EAGAIN` if others wait for the program's memory, and the reader is not `patient`.
pub(super) fn slowly(
    permitted: Permitted<'_, MayEnter>,
    found: Found,
    reader: &Reader<'_>,
    scratch: &mut Scratch,
    out: &mut Text<'_>,
    patient: bool,
    rcu: rcu::Guard,
) -> Result<Outcome> {
    let (task, query) = (permitted.task(), reader.query);
    let parts = query.columns.parts();
    let row = &mut scratch.row;
    if !numbers(task, found, reader, row, &mut scratch.ids, &rcu) {
        return Ok(Outcome::Gone);
    }
    #[cfg(CONFIG_CGROUPS)]
    let other_cgroup = parts.has(Part::Cgroup) && !scratch.cgroup.is_of(task, &rcu);
    drop(rcu);
    let mm = match parts.has(Part::Cmdline) || parts.any(memory::PARTS) {
        true => mm::of_task(task),
        false => None,
    };
    let contended = || mm.as_deref().is_some_and(mm::is_contended);
    let waits = !patient && parts.has(Part::Cmdline) && contended();
    if mutant!("tasks_exec: nor for a command line", waits => false) {
        return Err(EAGAIN);
    }
    let mut buf = None;
    let name = match parts.has(Part::Name) {
        true => name(task, &mut buf, |buf| Some(task.name(buf))).unwrap_or(NONE),
        false => NONE,
    };
    #[cfg(CONFIG_CGROUPS)]
    if other_cgroup {
        scratch.cgroup.look(task, &mut scratch.page)?;
    }
    drop(permitted);

    memory::numbers(mm.as_deref(), parts, row);
    let (length, whole) = match &mm {
        Some(mm) if parts.has(Part::Cmdline) => cmdline::beginning(mm, &mut scratch.page),
        _ => (0, true),
    };
    let strings = Strings {
        comm: name,
        #[cfg(CONFIG_CGROUPS)]
        cgroup: scratch.cgroup.column(parts),
        #[cfg(not(CONFIG_CGROUPS))]
        cgroup: tasks::Written(b"-"),
        cmdline: Beginning {
            text: scratch.page.get(..length).unwrap_or_default(),
            whole,
        },
    };
    tasks::show(row, &strings, &query.columns, out);
    Ok(Outcome::Shown)
}
