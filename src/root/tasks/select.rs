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

/// The selection by what a task is. That by its number is the walk's.
pub(super) struct Selection {
    /// Whether that is no choice.
    all: bool,
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
        let mut selection = Self {
            all: false,
            processes: (query.of == Of::Threads && query.pids != (0, u32::MAX))
                .then_some(query.pids),
            uid: query.uid,
            euid: query.euid,
            #[cfg(CONFIG_CGROUPS)]
            cgroup: match query.cgroup {
                Below::Everywhere => None,
                Below::Own => Some(with_current(Cgroup::get_of).ok_or(ENOENT)?),
                Below::Number(id) => Some(Cgroup::from_id(id)?),
            },
        };
        selection.all = selection.chooses_none();
        Ok(selection)
    }

    fn chooses_none(&self) -> bool {
        #[cfg(CONFIG_CGROUPS)]
        if self.cgroup.is_some() {
            return false;
        }
        self.processes.is_none() && self.uid.is_none() && self.euid.is_none()
    }

    /// Whether all tasks are selected.
    #[inline]
    pub(super) fn is_of_all(&self) -> bool {
        self.all
    }

    /// Whether `task` is selected. Its credentials do not change as long as `exec_update_lock` is
    /// held, but by its own calls.
    #[inline]
    pub(super) fn has(&self, task: &Task, reader: &Reader<'_>, rcu: &rcu::Guard) -> bool {
        self.all || self.chooses(task, reader, rcu)
    }

    #[inline(never)] // Most readers choose nothing.
    fn chooses(&self, task: &Task, reader: &Reader<'_>, rcu: &rcu::Guard) -> bool {
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
