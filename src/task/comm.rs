// SPDX-License-Identifier: GPL-2.0

//! `comm`: a task's name, which its own process may change.
//!
//! Mirrors `comm_show()` and `comm_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). A
//! process names its threads through this entry, dumpable or not; the mode decides for everyone
//! else.

use crate::{
    fs::{
        request::Request,
        text::TextEntry,
        write::WriteEntry, //
    },
    gate::{
        change::SameProcess,
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::{
        tasks::task::{
            TaskExt,
            COMM_LEN,
            NAME_LEN, //
        },
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `comm`.
pub(super) struct Comm;

impl TextEntry<Anyone> for Comm {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.bytes(permitted.task().name(&mut [0; NAME_LEN]));
        out.byte(b'\n');
        Ok(())
    }
}

impl WriteEntry<SameProcess> for Comm {
    type Value = [u8; COMM_LEN];

    fn parse(
        data: &UserData,
        _pos: i64,
        _request: &Request<'_>,
    ) -> Result<([u8; COMM_LEN], usize)> {
        let mut comm = [0; COMM_LEN];
        if let Some((_, name)) = comm.split_last_mut() {
            data.read(name)?;
        }
        // What does not fit is taken, and lost.
        Ok((comm, data.taken()))
    }

    fn apply(
        permitted: &Permitted<'_, SameProcess>,
        _request: &Request<'_>,
        comm: [u8; COMM_LEN],
    ) -> Result {
        permitted.task().set_comm(&comm);
        Ok(())
    }
}
