// SPDX-License-Identifier: GPL-2.0

//! Entries that are read from what a task has now: each read finds that anew, and then needs the
//! task no more.
//!
//! Locks: RCU while the task is looked at; the entry reads without it.

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
    rust_bindings::vfs::{
        file::{
            File,
            FileOperations,
            FileOps, //
        },
        user::UserBuf, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry that callers may read whom the gate `G` lets in.
pub(crate) trait StreamEntry<G: AtomicGate>: 'static {
    /// What is read from.
    type Source;

    /// Finds it; does not sleep. Without it the entry is empty.
    fn source(permitted: &Permitted<'_, G>) -> Option<Self::Source>;

    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    ///
    /// # Errors
    ///
    /// `EFAULT`, and the entry's own.
    fn read(source: &Self::Source, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

/// The file of such an entry.
pub(crate) struct StreamFile<G, E>(PhantomData<(G, E)>);

impl<G: AtomicGate, E: StreamEntry<G>> StreamFile<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::of::<Self>());
}

#[vtable]
impl<G: AtomicGate, E: StreamEntry<G>> FileOperations for StreamFile<G, E> {
    type Data = ();

    fn read((): (), file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let inode = file.inode();
        let opener = Request::new(file, inode).opener();
        let source = gate::pass_under_rcu::<G, _>(inode, Some(opener), ESRCH, |permitted| {
            Ok(E::source(permitted))
        })?;
        source.map_or(Ok(0), |source| E::read(&source, buf, pos))
    }
}
