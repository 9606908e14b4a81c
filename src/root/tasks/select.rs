// SPDX-License-Identifier: GPL-2.0

//! Which tasks have a row, as far as that is the reader's choice: what the file's name selects.
//!
//! Locks: RCU around the look at a task.

use super::row::Reader;
#[cfg(CONFIG_CGROUPS)]
use crate::rust_bindings::{
    cgroups::cgroup::Cgroup,
    tasks::task::with_current, //
};
use crate::{
    pure::show::tasks::query::{
        Below,
        Of,
        Query, //
    },
    rust_bindings::{
        credentials::cred::Identity,
        tasks::{
            pid::PidType,
            task::TaskExt, //
        }, //
    }, //
};
#[cfg(CONFIG_CGROUPS)]
use kernel::sync::aref::ARef;
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task, //
};

/// The selection by what a task is. That by its number is the walk's. None if all are selected.
pub(super) struct Selection(Option<Choice>);

/// What a task has to be.
struct Choice {
    /// The first and the last process, where the walk looks at threads.
    processes: Option<(u32, u32)>,
    uid: Option<u32>,
    euid: Option<u32>,
    #[cfg(CONFIG_CGROUPS)]
    cgroup: Option<ARef<Cgroup>>,
}

impl Selection {
    /// The selection that `query` asks for.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the reader knows of no such cgroup.
    pub(super) fn of(query: &Query) -> Result<Self> {
        #[cfg(not(CONFIG_CGROUPS))]
        if query.cgroup != Below::Everywhere {
            return Err(ENOENT);
        }
        let processes =
            (query.of == Of::Threads && query.pids != (0, u32::MAX)).then_some(query.pids);
        let is_of_all = processes.is_none()
            && (query.uid, query.euid, query.cgroup) == (None, None, Below::Everywhere);
        if is_of_all {
            return Ok(Self(None));
        }
        Ok(Self(Some(Choice {
            processes,
            uid: query.uid,
            euid: query.euid,
            #[cfg(CONFIG_CGROUPS)]
            cgroup: match query.cgroup {
                Below::Everywhere => None,
                Below::Own => Some(with_current(Cgroup::get_of).ok_or(ENOENT)?),
                Below::Number(id) => Some(Cgroup::from_id(id)?),
            },
        })))
    }

    /// Whether all tasks are selected.
    #[inline]
    pub(super) fn is_of_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether `task` is selected. Its credentials do not change as long as `exec_update_lock` is
    /// held, but by its own calls.
    #[inline]
    pub(super) fn has(&self, task: &Task, reader: &Reader<'_>, rcu: &rcu::Guard) -> bool {
        let choice = self.0.as_ref();
        choice.is_none_or(|choice| choice.has(task, reader, rcu))
    }
}

impl Choice {
    #[inline(never)] // Most readers choose nothing.
    fn has(&self, task: &Task, reader: &Reader<'_>, rcu: &rcu::Guard) -> bool {
        if let Some((first, last)) = self.processes {
            let process = task.nr_ns(PidType::Tgid, reader.pid_ns) as u32;
            if !(first..=last).contains(&process) {
                return false;
            }
        }
        if self.uid.is_some() || self.euid.is_some() {
            let ([uid, euid, ..], _) = Identity::ids(task, rcu);
            let other = |wanted: Option<u32>, id: u32| wanted.is_some_and(|wanted| wanted != id);
            if other(self.uid, uid.munged(reader.user_ns))
                || other(self.euid, euid.munged(reader.user_ns))
            {
                return false;
            }
        }
        #[cfg(CONFIG_CGROUPS)]
        if let Some(cgroup) = &self.cgroup {
            return Cgroup::of(task, rcu).is_in(cgroup);
        }
        true
    }
}
