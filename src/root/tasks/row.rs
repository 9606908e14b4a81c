// SPDX-License-Identifier: GPL-2.0

//! A row of `.proc2/tasks`: a process as it is at one moment.
//!
//! Mirrors `do_task_stat()`, `proc_pid_status()` of
//! [`fs/proc/array.c`](srctree/fs/proc/array.c). Nothing is shown that takes more than the right to
//! enter the process's directory.
//!
//! Locks: `exec_update_lock` (held by the gate's answer) around everything but what is read of the
//! address space, so that a row is all of one program; inside it `siglock`, and `stats_lock`,
//! neither inside the other.

#[cfg(CONFIG_CGROUPS)]
use super::cgroup::LastCgroup;
use super::process::Process;
use crate::{
    gate::{
        hidepid::MayEnter,
        Permitted, //
    },
    pure::{
        show::{
            state::State,
            tasks::{
                Beginning,
                Bytes,
                Row,
                Written,
                ROOM, //
            }, //
        },
        text::Text, //
    },
    rust_bindings::{
        credentials::cred::{
            Identity,
            UserNamespace, //
        },
        memory::mm::{
            self,
            Figures,
            PAGE,
            PAGE_SHIFT, //
        },
        tasks::{
            accounting::{
                clock_ticks,
                cpu_times,
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
    mm::MmWithUser,
    pid_namespace::PidNamespace,
    prelude::*,
    task::Task, //
};

/// As whom and where a row is shown.
pub(super) struct Reader<'a> {
    /// The instance's.
    pub(super) pid_ns: &'a PidNamespace,
    /// The one that ids are shown in.
    pub(super) user_ns: &'a UserNamespace,
}

/// Room that rows are made in.
pub(super) struct Scratch {
    page: KVec<u8>,
    numbers: KVec<u8>,
    #[cfg(CONFIG_CGROUPS)]
    cgroup: LastCgroup,
}

impl Scratch {
    /// Makes the room.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn new() -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "fixed sizes")]
        let (page, numbers) = (
            KVec::from_elem(0, PAGE, GFP_KERNEL_ACCOUNT)?,
            KVec::from_elem(0, ROOM, GFP_KERNEL_ACCOUNT)?,
        );
        Ok(Self {
            page,
            numbers,
            #[cfg(CONFIG_CGROUPS)]
            cgroup: LastCgroup::new(),
        })
    }

    /// Forgets what is remembered from row to row.
    pub(super) fn forget(&mut self) {
        #[cfg(CONFIG_CGROUPS)]
        self.cgroup.forget();
    }
}

/// What is read under `siglock`.
struct Shared {
    tty: (i32, i32),
    threads: u32,
    session: i32,
    ppid: i32,
    pgrp: i32,
}

impl Shared {
    /// None for a process that is reaped.
    fn of(task: &Task, ns: &PidNamespace) -> Option<Self> {
        SighandLock::with(task, |lock| Self {
            tty: lock.tty(ns).unwrap_or((0, -1)),
            threads: task.nr_threads(),
            session: task.nr_ns(PidType::Sid, ns),
            ppid: task.ppid_ns(ns),
            pgrp: task.nr_ns(PidType::Pgid, ns),
        })
    }
}

/// Sizes in kB; zeros without an address space.
#[derive(Default)]
struct Memory {
    size: u64,
    peak: u64,
    locked: u64,
    data: u64,
    stack: u64,
    page_tables: u64,
    swap: u64,
    resident: u64,
    resident_peak: u64,
    anon: u64,
    file: u64,
    shmem: u64,
}

impl Memory {
    fn of(mm: &MmWithUser) -> Self {
        let figures = Figures::of(mm);
        let kilobytes = |pages: u64| pages << (PAGE_SHIFT - 10);
        let resident = figures.anon + figures.file + figures.shmem;
        Self {
            size: kilobytes(figures.total_vm),
            // The kernel raises the high-water marks only when it lowers what they are marks of.
            peak: kilobytes(figures.hiwater_vm.max(figures.total_vm)),
            locked: kilobytes(figures.locked_vm),
            data: kilobytes(figures.data_vm),
            stack: kilobytes(figures.stack_vm),
            page_tables: figures.pgtables_bytes >> 10,
            swap: kilobytes(figures.swap),
            resident: kilobytes(resident),
            resident_peak: kilobytes(figures.hiwater_rss.max(resident)),
            anon: kilobytes(figures.anon),
            file: kilobytes(figures.file),
            shmem: kilobytes(figures.shmem),
        }
    }
}

/// The ids as the reader's user namespace numbers them. They mostly are one, and each takes a
/// search.
fn ids<Id: Copy + PartialEq>(ids: [Id; 4], munged: impl Fn(Id) -> u32) -> [u64; 4] {
    let [real, rest @ ..] = ids;
    if rest.iter().all(|id| *id == real) {
        [munged(real).into(); 4]
    } else {
        ids.map(|id| munged(id).into())
    }
}

/// Writes the row of a process; false, and nothing is written, if the task is reaped meanwhile.
///
/// # Errors
///
/// `ENOMEM`.
pub(super) fn show(
    permitted: Permitted<'_, MayEnter>,
    process: &Process,
    reader: &Reader<'_>,
    scratch: &mut Scratch,
    out: &mut Text<'_>,
) -> Result<bool> {
    let task = permitted.task();
    let Some(shared) = Shared::of(task, reader.pid_ns) else {
        return Ok(false);
    };
    // Before the address space: a process that is dead has none any more.
    let state = State::from_index(task.state_index());
    let mm = mm::of_task(task);
    let (figures, switches) = (task.figures(), task.status_figures());
    let (totals, children) = Totals::of_group(task);
    let (utime, stime) = cpu_times(task, true);
    let identity = Identity::of(task);
    let [uid, euid, suid, fsuid] = ids(identity.uids, |uid| uid.munged(reader.user_ns));
    let [gid, egid, sgid, fsgid] = ids(identity.gids, |gid| gid.munged(reader.user_ns));
    let mut name = [0; NAME_LEN];
    let name = task.name(&mut name);
    let tracer = task.tracer_ns(reader.pid_ns);
    #[cfg(CONFIG_CGROUPS)]
    let cgroup = scratch.cgroup.written(task, &mut scratch.page)?;
    #[cfg(not(CONFIG_CGROUPS))]
    let cgroup = b"-";
    drop(permitted);

    let memory = mm.as_deref().map_or_else(Memory::default, Memory::of);
    let (length, whole) = match &mm {
        Some(mm) => cmdline::beginning(mm, &mut scratch.page),
        None => (0, true),
    };
    Row {
        pid: process.nr as u64,
        ino: process.pid_ino,
        ppid: shared.ppid.into(),
        pgrp: shared.pgrp.into(),
        session: shared.session.into(),
        tty: shared.tty.0.into(),
        tpgid: shared.tty.1.into(),
        tracer: tracer.into(),
        state,
        flags: figures.flags.into(),
        priority: figures.priority.into(),
        nice: figures.nice.into(),
        policy: figures.policy.into(),
        rt_priority: figures.rt_priority.into(),
        cpu: figures.cpu.into(),
        threads: shared.threads.into(),
        start_time: clock_ticks(figures.start_boottime),
        utime: clock_ticks(utime),
        stime: clock_ticks(stime),
        cutime: clock_ticks(children.user),
        cstime: clock_ticks(children.system),
        guest_time: clock_ticks(totals.guest),
        cguest_time: clock_ticks(children.guest),
        blkio_ticks: figures.blkio_ticks,
        min_flt: totals.min_flt,
        cmin_flt: children.min_flt,
        maj_flt: totals.maj_flt,
        cmaj_flt: children.maj_flt,
        voluntary_switches: switches.voluntary_switches,
        involuntary_switches: switches.involuntary_switches,
        uid,
        euid,
        suid,
        fsuid,
        gid,
        egid,
        sgid,
        fsgid,
        vm_size: memory.size,
        vm_peak: memory.peak,
        vm_lck: memory.locked,
        vm_data: memory.data,
        vm_stk: memory.stack,
        vm_pte: memory.page_tables,
        vm_swap: memory.swap,
        vm_rss: memory.resident,
        vm_hwm: memory.resident_peak,
        rss_anon: memory.anon,
        rss_file: memory.file,
        rss_shmem: memory.shmem,
        comm: Bytes(name),
        cgroup: Written(cgroup),
        cmdline: Beginning {
            text: scratch.page.get(..length).unwrap_or_default(),
            whole,
        },
    }
    .show(&mut scratch.numbers, out);
    Ok(true)
}
