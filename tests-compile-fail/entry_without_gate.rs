// SPDX-License-Identifier: GPL-2.0

//! An entry has no task but by its gate: not from an inode, nor from what it is told of the call; and
//! a row names the gate that the entry stands behind.

use crate::{
    fs::{
        request::Request,
        row::{
            text,
            text_rw,
            Row, //
        },
        text::TextEntry, //
    },
    gate::{
        change::SameProcess,
        ptrace::Attach,
        Anyone,
        Permitted, //
    },
    pure::{
        entry::Scope,
        text::Text, //
    },
    rust_bindings::{
        procfs::record::Record,
        vfs::{
            file::File,
            inode::Inode, //
        }, //
    }, //
};
use kernel::prelude::*;

struct AsksNobody;

impl Record for AsksNobody {
    fn show(_: &File, inode: &Inode, _: &mut [u8]) -> Result<usize> {
        let task = inode.get_task().ok_or(ESRCH)?; //~ E0599
        let pid = inode.pid().ok_or(ESRCH)?;
        let task = pid.get_task().ok_or(ESRCH)?; //~ E0599
        Ok(0)
    }
}

struct LooksElsewhere;

impl TextEntry<Anyone> for LooksElsewhere {
    fn show(
        _permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let inode = request.which().0; //~ E0616
        let task = request.pid()?.get_task().ok_or(ESRCH)?; //~ E0599
        Ok(())
    }
}

// Neither an entry that stands behind no gate, nor one behind another gate than its row says, nor one
// that is not written.
const NO_GATE: Row = text::<Anyone, AsksNobody>("nobody", 0o444, Scope::Both); //~ E0277
const OTHER: Row = text::<Attach, LooksElsewhere>("other", 0o444, Scope::Both); //~ E0277
const WRITTEN: Row = text_rw::<Anyone, SameProcess, LooksElsewhere>("written", 0o644, Scope::Both); //~ E0277
