// SPDX-License-Identifier: GPL-2.0

//! Entries that are a single record of text.
//!
//! Mirrors `proc_single_show()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::{
    node::Node,
    request::Request,
    write::{
        Writable,
        WriteEntry, //
    }, //
};
use crate::{
    gate::{
        self,
        Gate,
        Permitted,
        WriteGate, //
    },
    pure::text::Text,
    rust_bindings::{
        procfs::record::Record,
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry that writes its text for callers that the gate `G` lets in.
pub(crate) trait TextEntry<G: Gate>: 'static {
    /// Writes the text.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn show(permitted: &Permitted<'_, G>, request: &Request<'_>, out: &mut Text<'_>) -> Result;
}

/// The file of such an entry.
pub(crate) struct TextFile<G, E>(PhantomData<(G, E)>);

impl<G: Gate, E: TextEntry<G>> TextFile<G, E> {
    /// The node of an entry that is only read.
    pub(crate) const NODE: Node = Node::plain(&FileOps::record::<Self>());
}

/// The file of an entry that is written too, behind the gate `W`.
pub(crate) struct WritableTextFile<G, W, E>(PhantomData<(G, W, E)>);

impl<G: Gate, W: WriteGate, E: TextEntry<G> + WriteEntry<W>> WritableTextFile<G, W, E> {
    /// The node of the entry.
    pub(crate) const NODE: Node = Writable::<TextFile<G, E>, W, E>::TEXT;
}

impl<G: Gate, E: TextEntry<G>> Record for TextFile<G, E> {
    #[inline]
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let request = Request::new(file, inode);
        let mut text = Text::new(buf);
        gate::pass::<G, _>(inode, Some(request.opener()), ESRCH, |permitted| {
            E::show(permitted, &request, &mut text)
        })?;
        Ok(text.len())
    }
}
