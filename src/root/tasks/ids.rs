// SPDX-License-Identifier: GPL-2.0

//! The columns of a row that are ids of users and groups, as `status` has them, in the reader's
//! user namespace.
//!
//! Mirrors `task_state()` of [`fs/proc/array.c`](srctree/fs/proc/array.c). Each id takes a search
//! in the namespace's map. Neighbours mostly have the same ones, so those of the last row are
//! remembered, until the end of the read: what has been put into the columns stays there. (A map or
//! an overflow id that is written meanwhile counts from the next other ids or read on.)
//!
//! Locks: RCU, held by the caller, around the look at the credentials.

use crate::{
    pure::show::tasks::{
        columns::{
            Column,
            Part,
            Parts, //
        },
        Numbers, //
    },
    rust_bindings::credentials::cred::{
        Identity,
        Kgid,
        Kuid,
        UserNamespace, //
    },
};
use kernel::{
    sync::rcu,
    task::Task, //
};

/// What is asked of credentials.
pub(super) const PARTS: &[Part] = &[Part::Uids, Part::Gids];

const UIDS: [Column; 4] = [Column::uid, Column::euid, Column::suid, Column::fsuid];
const GIDS: [Column; 4] = [Column::gid, Column::egid, Column::sgid, Column::fsgid];

/// Whose ids the columns of a row have.
pub(super) struct LastIds {
    uids: Option<[Kuid; 4]>,
    gids: Option<[Kgid; 4]>,
}

impl LastIds {
    /// No one's yet.
    pub(super) fn new() -> Self {
        Self {
            uids: None,
            gids: None,
        }
    }

    /// Forgets them: the namespace may get its map meanwhile.
    pub(super) fn forget(&mut self) {
        *self = Self::new();
    }

    /// Puts those ids of `task` into `row` that `parts` ask for.
    #[inline]
    pub(super) fn put(
        &mut self,
        task: &Task,
        parts: Parts,
        ns: &UserNamespace,
        row: &mut Numbers,
        rcu: &rcu::Guard,
    ) {
        let (uids, gids) = Identity::ids(task, rcu);
        if parts.has(Part::Uids) && self.uids != Some(uids) {
            munged(uids, UIDS, row, |uid| uid.munged(ns));
            self.uids = Some(uids);
        }
        if parts.has(Part::Gids) && self.gids != Some(gids) {
            munged(gids, GIDS, row, |gid| gid.munged(ns));
            self.gids = Some(gids);
        }
    }
}

fn munged<Id: Copy>(
    ids: [Id; 4],
    columns: [Column; 4],
    row: &mut Numbers,
    munged: impl Fn(Id) -> u32,
) {
    for (id, column) in ids.into_iter().zip(columns) {
        row.put(column, munged(id));
    }
}
