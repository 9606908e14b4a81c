// SPDX-License-Identifier: GPL-2.0

//! Entries of the user namespace that a task was in when the file was opened.
//!
//! Mirrors `proc_id_map_open()` and `proc_setgroups_open()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: RCU while the task is looked at; no count of it is needed.

use super::{
    node::Node,
    request::Request, //
};
use crate::{
    gate::{
        self,
        change::NamespaceGate,
        AtomicGate, //
    },
    pure::text::Text,
    rust_bindings::{
        credentials::cred::UserNamespace,
        procfs::{
            id_map::{
                IdMap,
                Ids,
                Subject, //
            },
            setgroups::Setgroups, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode,
            user::UserBuf, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    prelude::*,
    sync::aref::ARef, //
};

/// The namespace of the task that `inode` belongs to, for callers that the gate `G` lets in, and
/// `W` if it is to be changed.
fn open<G: AtomicGate, W: NamespaceGate>(
    inode: &Inode,
    gone: Error,
    writable: bool,
) -> Result<ARef<UserNamespace>> {
    let ns = gate::pass_under_rcu::<G, _>(inode, None, gone, |permitted| {
        Ok(UserNamespace::of_task(permitted.task()))
    })?;
    if writable {
        W::ask(&ns)?;
    }
    Ok(ns)
}

/// An entry that shows a map of ids, which the kernel's own function sets.
pub(crate) trait IdMapEntry: 'static {
    /// The ids.
    const IDS: Ids;

    /// Reads the lines of `ns` from `pos` on into `buf`, moves `pos`, and returns how much was
    /// read.
    ///
    /// # Errors
    ///
    /// `EFAULT`, and the entry's own.
    fn read(
        ns: &UserNamespace,
        request: &Request<'_>,
        buf: &mut UserBuf,
        pos: &mut i64,
    ) -> Result<usize>;
}

/// The file of such an entry.
pub(crate) struct IdMapFile<G, W, E>(PhantomData<(G, W, E)>);

impl<G: AtomicGate, W: NamespaceGate, E: IdMapEntry> IdMapFile<G, W, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::id_map::<Self>());
}

impl<G: AtomicGate, W: NamespaceGate, E: IdMapEntry> Subject for IdMapFile<G, W, E> {
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>> {
        open::<G, W>(inode, EINVAL, writable)
    }
}

impl<G: AtomicGate, W: NamespaceGate, E: IdMapEntry> IdMap for IdMapFile<G, W, E> {
    const IDS: Ids = E::IDS;

    fn read(file: &File, ns: &UserNamespace, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        E::read(ns, &Request::new(file, file.inode()), buf, pos)
    }
}

/// An entry that shows whether the members of a namespace may set groups, which the kernel's own
/// function sets.
pub(crate) trait SetgroupsEntry: 'static {
    /// Writes the text.
    fn show(allowed: bool, out: &mut Text<'_>);
}

/// The file of such an entry.
pub(crate) struct SetgroupsFile<G, W, E>(PhantomData<(G, W, E)>);

impl<G: AtomicGate, W: NamespaceGate, E: SetgroupsEntry> SetgroupsFile<G, W, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::setgroups::<Self>());
}

impl<G: AtomicGate, W: NamespaceGate, E: SetgroupsEntry> Subject for SetgroupsFile<G, W, E> {
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>> {
        open::<G, W>(inode, ESRCH, writable)
    }
}

impl<G: AtomicGate, W: NamespaceGate, E: SetgroupsEntry> Setgroups for SetgroupsFile<G, W, E> {
    fn show(allowed: bool, buf: &mut [u8]) -> usize {
        let mut text = Text::new(buf);
        E::show(allowed, &mut text);
        text.len()
    }
}
