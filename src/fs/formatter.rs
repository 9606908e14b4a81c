// SPDX-License-Identifier: GPL-2.0

//! Entries that a function of the kernel writes into a seq_file, for the logic lives there.
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
    rust_bindings::{
        procfs::{
            kernel_files::Formatter,
            seq_record::SeqShow, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode,
            seq::SeqFile, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry that has its text written for callers that the gate `G` lets in.
pub(crate) trait SeqEntry<G: Gate>: 'static {
    /// Whether most texts are longer than what [`SeqShow`] calls small.
    const LONG: bool = false;
    /// What a reader gets once the task is reaped.
    const GONE: Error = ESRCH;

    /// Writes the text.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn show(permitted: &Permitted<'_, G>, request: &Request<'_>, seq: &SeqFile) -> Result;
}

/// The file of such an entry.
pub(crate) struct SeqText<G, E>(PhantomData<(G, E)>);

impl<G: Gate, E: SeqEntry<G>> SeqText<G, E> {
    /// The file's operations.
    pub(crate) const OPS: &'static FileOps = &FileOps::seq::<Self>();
    /// The node of an entry that is only read.
    pub(crate) const NODE: Node = Node::plain(Self::OPS);
}

/// The file of an entry that is written too, behind the gate `W`.
pub(crate) struct WritableSeqText<G, W, E>(PhantomData<(G, W, E)>);

impl<G: Gate, W: WriteGate, E: SeqEntry<G> + WriteEntry<W>> WritableSeqText<G, W, E> {
    /// The node of the entry.
    pub(crate) const NODE: Node = Writable::<SeqText<G, E>, W, E>::SEQ;
}

impl<G: Gate, E: SeqEntry<G>> SeqShow for SeqText<G, E> {
    const LONG: bool = E::LONG;

    fn show(seq: &SeqFile, file: &File, inode: &Inode) -> Result {
        let request = Request::new(file, inode);
        gate::pass::<G, _>(inode, Some(request.opener()), E::GONE, |permitted| {
            E::show(permitted, &request, seq)
        })
    }
}

/// The entry that a subsystem's function `F` writes.
pub(crate) struct BySubsystem<F>(PhantomData<F>);

impl<G: Gate, F: Formatter> SeqEntry<G> for BySubsystem<F> {
    fn show(permitted: &Permitted<'_, G>, request: &Request<'_>, seq: &SeqFile) -> Result {
        F::show(seq, request.pid_ns(), request.pid()?, permitted.task())
    }
}
