// SPDX-License-Identifier: GPL-2.0

//! Magic links: they lead to an object, whatever its name, and readlink shows a name for it.
//!
//! Mirrors `call_proc_get_link()`, `proc_pid_get_link()` and `proc_pid_readlink()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c), and `proc_ns_get_link()` and `proc_ns_readlink()` of
//! [`fs/proc/namespaces.c`](srctree/fs/proc/namespaces.c). Both ways of using a link ask the same
//! gate.

use super::{
    node::Node,
    request::Which, //
};
use crate::{
    gate::{
        self,
        Gate,
        Permitted, //
    },
    rust_bindings::vfs::{
        inode::Inode,
        inode_ops::{
            InodeOperations,
            InodeOps, //
        },
        link::{
            LinkBuffer,
            LinkTarget,
            Path, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// The room for a text that readlink shows.
pub(crate) const TEXT_LEN: usize = 50;

/// A link that callers may use whom the gate `G` lets in.
pub(crate) trait LinkEntry<G: Gate>: 'static {
    /// What a caller gets once the task is reaped.
    const GONE: Error = ENOENT;

    /// Asks what following the link takes before all else.
    ///
    /// # Errors
    ///
    /// Those of the check.
    #[inline]
    fn may_follow() -> Result {
        Ok(())
    }

    /// Where it leads.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn target(permitted: &Permitted<'_, G>, which: Which<'_>) -> Result<Path>;

    /// Writes the text that readlink shows where that is not the target's name, and returns its
    /// length.
    ///
    /// # Errors
    ///
    /// The entry's own.
    #[inline]
    fn text(
        _permitted: &Permitted<'_, G>,
        _which: Which<'_>,
        _text: &mut [u8; TEXT_LEN],
    ) -> Result<Option<usize>> {
        Ok(None)
    }
}

/// The inode of such an entry.
pub(crate) struct Link<G, E>(PhantomData<(G, E)>);

impl<G: Gate, E: LinkEntry<G>> Link<G, E> {
    /// The inode's operations.
    pub(crate) const OPS: &'static InodeOps = &InodeOps::of::<Self>();
    /// The entry's node.
    pub(crate) const NODE: Node = Node::Link(Self::OPS);
}

/// What readlink shows.
enum Shown {
    Path(Path),
    Text(usize),
}

#[vtable]
impl<G: Gate, E: LinkEntry<G>> InodeOperations for Link<G, E> {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        E::may_follow()?;
        gate::pass::<G, _>(inode, None, E::GONE, |permitted| {
            E::target(permitted, Which::of(inode))
        })
        .map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        let (which, mut text) = (Which::of(inode), [0; TEXT_LEN]);
        let shown = gate::pass::<G, _>(inode, None, E::GONE, |permitted| {
            Ok(match E::text(permitted, which, &mut text)? {
                Some(len) => Shown::Text(len),
                None => Shown::Path(E::target(permitted, which)?),
            })
        })?;
        // The caller's memory may be slow to write to: nothing is held any more.
        match shown {
            Shown::Path(path) => buffer.path(&path),
            Shown::Text(len) => buffer.text(text.get(..len).unwrap_or(&[])),
        }
    }
}
