// SPDX-License-Identifier: GPL-2.0

//! `coredump_filter`: which mappings a core dump of a task's address space has.
//!
//! Mirrors `proc_coredump_filter_read()` and `proc_coredump_filter_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Only the mode of the file is asked.

use crate::{
    fs::{
        live::LiveEntry,
        number,
        request::Request,
        write::WriteEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::{
        memory::mm,
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `coredump_filter`.
pub(super) struct Filter;

impl LiveEntry<Anyone> for Filter {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        if let Some(mm) = mm::of_task(permitted.task()) {
            out.hex_width(mm::dump_filter(&mm), 8);
            out.byte(b'\n');
        }
        Ok(())
    }
}

impl WriteEntry<Anyone> for Filter {
    type Value = u32;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(u32, usize)> {
        Ok((number::u32(data, 0)?, data.taken()))
    }

    fn apply(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, filter: u32) -> Result {
        let mm = mm::of_task(permitted.task()).ok_or(ESRCH)?;
        mm::set_dump_filter(&mm, filter);
        Ok(())
    }
}
