// SPDX-License-Identifier: GPL-2.0

//! Entries that are written: what is written is looked at first, with no task in reach, and applied
//! then, behind a gate.
//!
//! Mirrors the `->write()` functions of [`fs/proc/base.c`](srctree/fs/proc/base.c): most look for
//! the task when they know what to do with it, so that a bad number is `EINVAL` for everyone; a
//! gate says if it is asked before that.

use super::{
    node::Node,
    request::Request, //
};
use crate::{
    gate::{
        self,
        Permitted,
        WriteGate, //
    },
    rust_bindings::{
        procfs::{
            record::Record,
            seq_record::SeqShow, //
        },
        vfs::{
            file::{
                File,
                FileOps,
                Live,
                Write,
                LIVE_LEN, //
            },
            inode::Inode,
            seq::SeqFile,
            user::UserData, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// An entry that callers may write whom the gate `W` lets in.
pub(crate) trait WriteEntry<W: WriteGate>: 'static {
    /// What was written.
    type Value;

    /// Reads what was written at `pos`, and says how much of it counts as taken.
    ///
    /// # Errors
    ///
    /// `EFAULT`, and the entry's own.
    fn parse(data: &UserData, pos: i64, request: &Request<'_>) -> Result<(Self::Value, usize)>;

    /// Applies it.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn apply(permitted: &Permitted<'_, W>, request: &Request<'_>, value: Self::Value) -> Result;
}

/// A file that is read as `F` is, and written as `E` is behind the gate `W`.
pub(super) struct Writable<F, W, E>(PhantomData<(F, W, E)>);

impl<F: Record, W: WriteGate, E: WriteEntry<W>> Writable<F, W, E> {
    /// The node of a single record of text.
    pub(super) const TEXT: Node = Node::plain(&FileOps::record_with_write::<Self>());
}

impl<F: Record, W: WriteGate, E: WriteEntry<W>> Record for Writable<F, W, E> {
    const LONG: bool = F::LONG;

    #[inline]
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        F::show(file, inode, buf)
    }
}

impl<F: SeqShow, W: WriteGate, E: WriteEntry<W>> Writable<F, W, E> {
    /// The node of a single record that one of the kernel's own formatters writes.
    pub(super) const SEQ: Node = Node::plain(&FileOps::seq_with_write::<Self>());
}

impl<F: SeqShow, W: WriteGate, E: WriteEntry<W>> SeqShow for Writable<F, W, E> {
    const LONG: bool = F::LONG;

    #[inline]
    fn show(seq: &SeqFile, file: &File, inode: &Inode) -> Result {
        F::show(seq, file, inode)
    }
}

impl<F: Live, W: WriteGate, E: WriteEntry<W>> Live for Writable<F, W, E> {
    #[inline]
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        F::show(file, buf)
    }
}

impl<F, W: WriteGate, E: WriteEntry<W>> Write for Writable<F, W, E> {
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize> {
        let inode = file.inode();
        let request = Request::new(file, inode);
        let opener = request.opener();
        W::before_all(opener)?;
        if W::BEFORE_PARSING {
            gate::pass::<W, _>(inode, Some(opener), W::GONE, |permitted| {
                let (value, taken) = E::parse(data, pos, &request)?;
                E::apply(permitted, &request, value).map(|()| taken)
            })
        } else {
            let (value, taken) = E::parse(data, pos, &request)?;
            gate::pass::<W, _>(inode, Some(opener), W::GONE, |permitted| {
                E::apply(permitted, &request, value).map(|()| taken)
            })
        }
    }
}
