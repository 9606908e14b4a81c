// SPDX-License-Identifier: GPL-2.0

//! `stat`: a task, or its whole process, in one line of numbers.
//!
//! Mirrors `do_task_stat()` of [`fs/proc/array.c`](srctree/fs/proc/array.c). Everyone may read it;
//! addresses, registers and the exit code are for callers with `PTRACE_MODE_READ`, asked without an
//! audit record.
//!
//! Locks: `exec_update_lock` (held by the gate's answer) around `siglock`, and around `stats_lock`;
//! neither inside the other.

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::FilteredQuietly,
        Permitted, //
    },
    pure::{
        show::{
            stat::{
                self,
                Areas,
                Memory, //
            },
            state::State, //
        },
        text::Text, //
    },
    rust_bindings::{
        memory::mm::{
            self,
            Addresses,
            Figures,
            PAGE_SHIFT, //
        },
        tasks::{
            accounting::{
                clock_ticks,
                cpu_times,
                Children,
                Totals, //
            },
            pid::PidType,
            signal::{
                pending_and_blocked,
                SighandLock, //
            },
            task::{
                TaskExt,
                NAME_LEN, //
            }, //
        }, //
    }, //
};
use kernel::{
    mm::MmWithUser,
    pid_namespace::PidNamespace,
    prelude::*,
    task::Task, //
};

/// What is read under `siglock`; as it stands for a task that is reaped.
struct Shared {
    tty: (i32, i32),
    num_threads: u32,
    dispositions: (u64, u64),
    rss_limit: u64,
    group_exit_code: Option<i32>,
    session: i32,
    ppid: i32,
    pgrp: i32,
}

impl Shared {
    fn of(task: &Task, ns: &PidNamespace) -> Self {
        let no_tty = (0, -1);
        SighandLock::with(task, |lock| Self {
            tty: lock.tty(ns).unwrap_or(no_tty),
            num_threads: task.nr_threads(),
            dispositions: lock.dispositions(),
            rss_limit: lock.rss_limit(),
            group_exit_code: lock.group_exit_code(),
            session: task.nr_ns(PidType::Sid, ns),
            ppid: task.ppid_ns(ns),
            pgrp: task.nr_ns(PidType::Pgid, ns),
        })
        .unwrap_or(Self {
            tty: no_tty,
            num_threads: 0,
            dispositions: (0, 0),
            rss_limit: 0,
            group_exit_code: None,
            session: -1,
            ppid: 0,
            pgrp: -1,
        })
    }
}

fn memory(mm: &MmWithUser) -> Memory {
    let (addresses, bounds) = (Addresses::of(mm), Addresses::bounds(mm));
    Memory {
        vsize: Figures::size(mm) << PAGE_SHIFT,
        rss: Figures::resident(mm),
        start_code: addresses.start_code,
        end_code: addresses.end_code,
        start_stack: addresses.start_stack,
        areas: Areas {
            start_data: addresses.start_data,
            end_data: addresses.end_data,
            start_brk: addresses.start_brk,
            arg_start: bounds.arg_start,
            arg_end: bounds.arg_end,
            env_start: bounds.env_start,
            env_end: bounds.env_end,
        },
    }
}

/// `stat`.
pub(super) struct Stat;

impl TextEntry<FilteredQuietly> for Stat {
    /// Writes the line.
    fn show(
        permitted: &Permitted<'_, FilteredQuietly>,
        request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let (task, ns) = (permitted.task(), request.pid_ns());
        let whole = request.whole_group();
        let may_read = permitted.may_read();

        let state = State::from_index(task.state_index());
        let mm = mm::of_task(task);
        let registers = if may_read && mm.is_some() {
            task.final_registers()
        } else {
            None
        };
        let (instruction_pointer, stack_pointer) = registers.unwrap_or((0, 0));
        let shared = Shared::of(task, ns);
        let waiting = may_read && (!whole || shared.num_threads < 2) && !task.is_running();
        let (totals, children) = if whole {
            Totals::of_group(task)
        } else {
            (Totals::of_thread(task), Children::of(task))
        };
        let (utime, stime) = cpu_times(task, whole);
        let figures = task.figures();
        let (pending, blocked) = pending_and_blocked(task);
        let group_exit_code = if whole { shared.group_exit_code } else { None };

        stat::Stat {
            permitted: may_read,
            pid: request.pid()?.nr_ns(ns) as u64,
            name: task.name(&mut [0; NAME_LEN]),
            state,
            ppid: shared.ppid.into(),
            pgrp: shared.pgrp.into(),
            session: shared.session.into(),
            tty_nr: shared.tty.0.into(),
            tty_pgrp: shared.tty.1.into(),
            flags: figures.flags.into(),
            min_flt: totals.min_flt,
            child_min_flt: children.min_flt,
            maj_flt: totals.maj_flt,
            child_maj_flt: children.maj_flt,
            utime: clock_ticks(utime),
            stime: clock_ticks(stime),
            child_utime: clock_ticks(children.user) as i64,
            child_stime: clock_ticks(children.system) as i64,
            priority: figures.priority.into(),
            nice: figures.nice.into(),
            num_threads: shared.num_threads.into(),
            start_time: clock_ticks(figures.start_boottime),
            rss_limit: shared.rss_limit,
            memory: mm.as_deref().map(memory),
            stack_pointer,
            instruction_pointer,
            pending,
            blocked,
            ignored: shared.dispositions.0,
            caught: shared.dispositions.1,
            waiting,
            exit_signal: figures.exit_signal.into(),
            cpu: figures.cpu.into(),
            rt_priority: figures.rt_priority.into(),
            policy: figures.policy.into(),
            blkio_ticks: figures.blkio_ticks,
            guest_time: clock_ticks(totals.guest),
            child_guest_time: clock_ticks(children.guest) as i64,
            exit_code: group_exit_code.unwrap_or(figures.exit_code).into(),
        }
        .show(out);
        Ok(())
    }
}
