// SPDX-License-Identifier: GPL-2.0

//! `children`: the threads and processes that a thread has started and not waited for.
//!
//! Mirrors `get_children_pid()` and its callers in [`fs/proc/array.c`](srctree/fs/proc/array.c). As
//! there, a child that exits while the file is read may make the reader miss another. Everyone may
//! read it.

use crate::{
    fs::{
        records::RecordsEntry,
        request::Request, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::tasks::{
        children::child_of,
        pid::Pid, //
    }, //
};
use kernel::sync::aref::ARef;

/// `children`.
pub(super) struct Children;

impl RecordsEntry<Anyone> for Children {
    type Item = ARef<Pid>;
    const ENDS_WITH_TASK: bool = true;

    fn first(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        pos: u64,
    ) -> Option<ARef<Pid>> {
        child_of(permitted.task(), None, pos)
    }

    fn after(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        item: ARef<Pid>,
        pos: u64,
    ) -> Option<ARef<Pid>> {
        child_of(permitted.task(), Some(&item), pos)
    }

    fn show(request: &Request<'_>, item: &ARef<Pid>, out: &mut Text<'_>) {
        out.dec_signed(item.nr_ns(request.pid_ns()).into());
        out.byte(b' ');
    }
}
