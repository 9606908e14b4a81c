// SPDX-License-Identifier: GPL-2.0

//! Entries of many records, which a reader goes on in from record to record.
//!
//! Mirrors the `seq_operations` of [`fs/proc/base.c`](srctree/fs/proc/base.c) and
//! [`fs/proc/array.c`](srctree/fs/proc/array.c).
//!
//! Locks: RCU while a record is found.

use super::{
    node::Node,
    request::Request, //
};
use crate::{
    gate::{
        self,
        AtomicGate,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::vfs::{
        file::{
            File,
            FileOps, //
        },
        seq::SeqFile,
        seq_iter::Records, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry whose records callers may read whom the gate `G` lets in.
pub(crate) trait RecordsEntry<G: AtomicGate>: 'static {
    /// What stands for a record, between finding it and the next one.
    type Item: 'static;
    /// Whether the file just ends once the task is reaped, where others give `ESRCH`.
    const ENDS_WITH_TASK: bool;

    /// The record at `pos`, if there is one; does not sleep.
    fn first(permitted: &Permitted<'_, G>, request: &Request<'_>, pos: u64) -> Option<Self::Item>;

    /// The record at `pos`, which comes after `item`, if there is one; does not sleep.
    fn after(
        permitted: &Permitted<'_, G>,
        request: &Request<'_>,
        item: Self::Item,
        pos: u64,
    ) -> Option<Self::Item>;

    /// Writes a record.
    fn show(request: &Request<'_>, item: &Self::Item, out: &mut Text<'_>);
}

/// The file of such an entry.
pub(crate) struct RecordsFile<G, E>(PhantomData<(G, E)>);

impl<G: AtomicGate, E: RecordsEntry<G>> RecordsFile<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::records::<Self>());

    #[inline(always)]
    fn pass(
        file: &File,
        find: impl FnOnce(&Permitted<'_, G>, &Request<'_>) -> Option<E::Item>,
    ) -> Result<Option<E::Item>> {
        let inode = file.inode();
        let request = Request::new(file, inode);
        gate::pass_under_rcu::<G, _>(inode, Some(request.opener()), ESRCH, |permitted| {
            Ok(find(permitted, &request))
        })
    }
}

impl<G: AtomicGate, E: RecordsEntry<G>> Records for RecordsFile<G, E> {
    type Item = E::Item;

    fn start(file: &File, pos: u64) -> Result<Option<E::Item>> {
        Self::pass(file, |permitted, request| E::first(permitted, request, pos)).or_else(|err| {
            if E::ENDS_WITH_TASK && err == ESRCH {
                Ok(None)
            } else {
                Err(err)
            }
        })
    }

    fn next(file: &File, item: E::Item, pos: u64) -> Option<E::Item> {
        Self::pass(file, |permitted, request| {
            E::after(permitted, request, item, pos)
        })
        .ok()
        .flatten()
    }

    fn show(seq: &SeqFile, file: &File, item: &E::Item) -> Result {
        seq.fill(|buf| {
            let mut out = Text::new(buf);
            E::show(&Request::new(file, file.inode()), item, &mut out);
            out.len()
        });
        Ok(())
    }
}
