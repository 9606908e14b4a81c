// SPDX-License-Identifier: GPL-2.0

//! The column `cgroup`: the path of a process's cgroup in the default hierarchy, as its file
//! `cgroup` has it.
//!
//! Mirrors `proc_cgroup_show()` of [`kernel/cgroup/cgroup.c`](srctree/kernel/cgroup/cgroup.c).
//! Neighbours are often in the same cgroup, and a cgroup of that hierarchy never changes its path:
//! so the last one is remembered, until the end of the read.
//!
//! Locks: RCU around the look at the cgroup.

use crate::{
    pure::{
        show::tasks::{
            columns::{
                Part,
                Parts, //
            },
            Bytes,
            Written, //
        },
        text::Text, //
    },
    rust_bindings::{
        cgroups::cgroup::Cgroup,
        memory::scratch, //
    }, //
};
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task, //
};

/// The last path.
pub(super) struct LastCgroup {
    /// Whose it is: the cgroup's number, and whether it had been removed.
    of: Option<(u64, bool)>,
    text: KVVec<u8>,
    len: usize,
}

/// What tells a cgroup's path from all others.
#[inline]
fn identity(cgroup: &Cgroup) -> (u64, bool) {
    (cgroup.id(), cgroup.is_dead())
}

/// What stands behind the path of a cgroup that has been removed.
const DELETED: &[u8] = b" (deleted)";

impl LastCgroup {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            of: None,
            text: KVVec::new(),
            len: 0,
        }
    }

    /// Forgets the path: the next reader may be in another cgroup namespace.
    pub(super) fn forget(&mut self) {
        self.of = None;
    }

    /// Whether the last path is that of `task`'s cgroup.
    #[inline]
    pub(super) fn is_of(&self, task: &Task, rcu: &rcu::Guard) -> bool {
        self.of == Some(identity(Cgroup::of(task, rcu)))
    }

    /// What the column has for the last one, if it is asked for.
    #[inline]
    pub(super) fn column(&self, parts: Parts) -> Written<'_> {
        Written(match parts.has(Part::Cgroup) {
            true => self.text.get(..self.len).unwrap_or_default(),
            false => &[],
        })
    }

    /// Makes `task`'s cgroup the last one. `page` is room for a path. Sleeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn look(&mut self, task: &Task, page: &mut [u8]) -> Result {
        let guard = rcu::read_lock();
        let cgroup = Cgroup::of(task, &guard);
        let of = identity(cgroup);
        if self.of != Some(of) {
            let path = cgroup.path(page);
            drop(guard);
            // A path that is too long is as good as none; `cgroup` could not be read.
            let path = path
                .ok()
                .and_then(|len| page.get(..len))
                .unwrap_or_default();
            self.of = None;
            self.write(path, of.1)?;
            self.of = Some(of);
        }
        Ok(())
    }

    fn write(&mut self, path: &[u8], deleted: bool) -> Result {
        let room = 4 * (path.len() + DELETED.len());
        if self.text.len() < room {
            self.text = scratch::bytes(room)?;
        }
        let mut text = Text::new(&mut self.text);
        Bytes(path).show(&mut text);
        if deleted && !path.is_empty() {
            Bytes(DELETED).show(&mut text);
        }
        self.len = text.len();
        Ok(())
    }
}
