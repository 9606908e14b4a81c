// SPDX-License-Identifier: GPL-2.0

//! Entries that are a short value, which each read formats anew and goes on in at its position.
//!
//! Mirrors the `->read()` functions of [`fs/proc/base.c`](srctree/fs/proc/base.c) that end in
//! `simple_read_from_buffer()`.

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
    rust_bindings::vfs::file::{
        File,
        FileOps,
        Live,
        Seek,
        LIVE_LEN, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry that writes its value for callers that the gate `G` lets in.
pub(crate) trait LiveEntry<G: Gate>: 'static {
    /// How the file can be sought in.
    const SEEK: Seek = Seek::Generic;

    /// Writes the value.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn show(permitted: &Permitted<'_, G>, request: &Request<'_>, out: &mut Text<'_>) -> Result;
}

/// The file of such an entry.
pub(crate) struct LiveFile<G, E>(PhantomData<(G, E)>);

impl<G: Gate, E: LiveEntry<G>> LiveFile<G, E> {
    /// The node of an entry that is only read.
    pub(crate) const NODE: Node = Node::plain(&FileOps::live::<Self>(E::SEEK));
}

/// The file of an entry that is written too, behind the gate `W`.
pub(crate) struct WritableLiveFile<G, W, E>(PhantomData<(G, W, E)>);

impl<G: Gate, W: WriteGate, E: LiveEntry<G> + WriteEntry<W>> WritableLiveFile<G, W, E> {
    /// The node of the entry.
    pub(crate) const NODE: Node = Node::plain(&FileOps::live_with_write::<
        Writable<LiveFile<G, E>, W, E>,
    >(E::SEEK));
}

impl<G: Gate, E: LiveEntry<G>> Live for LiveFile<G, E> {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let inode = file.inode();
        let request = Request::new(file, inode);
        let mut text = Text::new(buf);
        gate::pass::<G, _>(inode, Some(request.opener()), ESRCH, |permitted| {
            E::show(permitted, &request, &mut text)
        })?;
        Ok(text.len())
    }
}
