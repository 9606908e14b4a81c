// SPDX-License-Identifier: GPL-2.0

//! `status`: a task in lines that people read.
//!
//! Mirrors `proc_pid_status()` of [`fs/proc/array.c`](srctree/fs/proc/array.c). Everyone may read
//! it.
//!
//! Locks: `task_lock()` and `siglock`, one after the other.

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::{
            state::State,
            status::{
                self,
                identity::{
                    Identity,
                    Ids,
                    InNamespace, //
                },
                memory::Memory,
                security::Security,
                signals::Signals,
                Mask,
                ThreadFeatures, //
            }, //
        },
        text::Text, //
    },
    rust_bindings::{
        credentials::cred::{
            self,
            Capabilities, //
        },
        memory::mm::{
            self,
            Extent,
            Figures,
            Resident,
            PAGE_SHIFT, //
        },
        tasks::{
            files,
            pid::{
                namespace_level,
                PidType, //
            },
            signal::{
                core_dumping,
                pending_and_blocked,
                SighandLock, //
            },
            task::{
                nr_cpu_bits,
                nr_node_bits,
                TaskExt,
                CPU_WORDS,
                NAME_LEN,
                NODE_WORDS, //
            }, //
        }, //
    },
    small_vec::SmallVec, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

/// Four ids of a kind as a user namespace numbers them. Most tasks have one id four times: it is
/// asked for once.
fn ids<K: Copy + PartialEq>(ids: [K; 4], number: impl Fn(K) -> u32) -> Ids {
    let [real, effective, saved, filesystem] = ids;
    let first = number(real);
    let number = |id| if id == real { first } else { number(id) };
    Ids {
        real: first,
        effective: number(effective),
        saved: number(saved),
        filesystem: number(filesystem),
    }
}

/// The task's numbers in the instance's namespace and in each below it.
fn in_namespaces(task: &Task, request: &Request<'_>) -> Result<SmallVec<InNamespace, 2>> {
    let pid = request.pid()?;
    let mut all = SmallVec::new();
    for level in namespace_level(request.pid_ns())..=pid.level() {
        if let Some(ns) = pid.namespace_at(level) {
            let nr = |kind| task.nr_ns(kind, ns) as u32;
            all.push(InNamespace {
                tgid: nr(PidType::Tgid),
                pid: nr(PidType::Pid),
                pgrp: nr(PidType::Pgid),
                session: nr(PidType::Sid),
            })?;
        }
    }
    Ok(all)
}

fn memory(task: &Task) -> Option<Memory> {
    let mm = mm::of_task(task)?;
    let (resident, extent) = (Resident::of(&mm), Extent::of(&mm));
    let figures = Figures::of(&mm);
    Some(Memory {
        page_shift: PAGE_SHIFT,
        hiwater_vm: extent.hiwater_vm,
        total_vm: extent.total_vm,
        locked_vm: extent.locked_vm,
        pinned_vm: figures.pinned_vm,
        hiwater_rss: resident.hiwater,
        anon: resident.anon,
        file: resident.file,
        shmem: resident.shmem,
        data_vm: extent.data_vm,
        stack_vm: extent.stack_vm,
        exec_vm: figures.exec_vm,
        start_code: figures.start_code,
        end_code: figures.end_code,
        page_tables: extent.pgtables_bytes,
        swap: figures.swap,
        #[cfg(CONFIG_HUGETLB_PAGE)]
        hugetlb: Some(figures.hugetlb),
        #[cfg(not(CONFIG_HUGETLB_PAGE))]
        hugetlb: None,
        core_dumping: core_dumping(task),
        thp_enabled: mm::thp_enabled(&mm),
        untag_mask: mm::untag_mask(&mm),
    })
}

fn signals(task: &Task) -> Signals {
    SighandLock::with(task, |lock| {
        let (pending, blocked) = pending_and_blocked(task);
        let (ignored, caught) = lock.dispositions();
        let (queued, queue_limit) = lock.queue();
        Signals {
            threads: task.nr_threads().into(),
            queued,
            queue_limit,
            pending,
            shared_pending: lock.shared_pending(),
            blocked,
            ignored,
            caught,
        }
    })
    .unwrap_or_default()
}

fn security(task: &Task) -> (Security, Option<ThreadFeatures>) {
    let [inheritable, permitted, effective, bounding, ambient] = Capabilities::of(task).sets;
    let task = task.security();
    let security = Security {
        inheritable,
        permitted,
        effective,
        bounding,
        ambient,
        no_new_privs: task.no_new_privs,
        #[cfg(CONFIG_SECCOMP)]
        seccomp: Some(task.seccomp_mode.into()),
        #[cfg(not(CONFIG_SECCOMP))]
        seccomp: None,
        #[cfg(CONFIG_SECCOMP_FILTER)]
        seccomp_filters: Some(task.seccomp_filters.into()),
        #[cfg(not(CONFIG_SECCOMP_FILTER))]
        seccomp_filters: None,
        store_bypass: task.store_bypass,
        indirect_branch: task.indirect_branch,
    };
    #[cfg(CONFIG_X86_USER_SHADOW_STACK)]
    let features = {
        let (enabled, locked) = task.thread_features;
        Some(ThreadFeatures { enabled, locked })
    };
    #[cfg(not(CONFIG_X86_USER_SHADOW_STACK))]
    let features = None;
    (security, features)
}

/// `status`.
pub(super) struct Status;

impl TextEntry<Anyone> for Status {
    /// Writes the lines.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let (task, ns, user_ns) = (permitted.task(), request.pid_ns(), request.user_ns());
        let cred = cred::Identity::of(task);
        // There can be 65536 of them.
        let mut groups = SmallVec::<u32, 8>::new();
        for gid in cred.groups() {
            groups.push(gid.munged(user_ns))?;
        }
        let context = files::Context::of(task);
        let namespaces = in_namespaces(task, request)?;
        let figures = task.status_figures();
        let (security, thread_features) = security(task);

        let mut name = [0; NAME_LEN];
        let mut cpus = [0; CPU_WORDS];
        #[cfg(CONFIG_CPUSETS)]
        let mut mems = [0; NODE_WORDS];

        status::Status {
            identity: Identity {
                name: task.name(&mut name),
                umask: context.umask,
                state: State::from_index(task.state_index()),
                tgid: task.nr_ns(PidType::Tgid, ns) as u64,
                ngid: figures.numa_group as u64,
                pid: request.pid()?.nr_ns(ns) as u64,
                ppid: task.ppid_ns(ns) as u64,
                tracer: task.tracer_ns(ns) as u64,
                uids: ids(cred.uids, |uid| uid.munged(user_ns)),
                gids: ids(cred.gids, |gid| gid.munged(user_ns)),
                fd_size: context.fd_size.into(),
                groups: groups.as_slice(),
                namespaces: cfg!(CONFIG_PID_NS).then_some(namespaces.as_slice()),
                kthread: figures.kthread,
            },
            memory: memory(task),
            signals: signals(task),
            security,
            cpus: Mask {
                words: task.cpus_allowed(&mut cpus),
                bits: nr_cpu_bits(),
            },
            #[cfg(CONFIG_CPUSETS)]
            mems: Some(Mask {
                words: task.mems_allowed(&mut mems),
                bits: nr_node_bits(),
            }),
            #[cfg(not(CONFIG_CPUSETS))]
            mems: None,
            voluntary_switches: figures.voluntary_switches,
            nonvoluntary_switches: figures.involuntary_switches,
            thread_features,
        }
        .show(out);
        Ok(())
    }
}
