// SPDX-License-Identifier: GPL-2.0

//! `coredump_filter`: which mappings a core dump of a task's address space has.
//!
//! Answers to `proc_coredump_filter_read()` and `proc_coredump_filter_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Only the mode of the file is asked.

use crate::{
    fs::{
        node::Node,
        number,
        text, //
    },
    gate,
    pure::text::Text,
    rust_bindings::{
        memory::mm,
        tasks::pid::FindTask,
        vfs::{
            file::{
                File,
                FileOps,
                Live,
                Seek,
                Write,
                LIVE_LEN, //
            },
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

struct CoredumpFilter;

static OPS: FileOps = FileOps::live_with_write::<CoredumpFilter>(Seek::Generic);

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Live for CoredumpFilter {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let Some(mm) = mm::of_task(gate::anyone(&task).task()) else {
            return Ok(0);
        };
        let mut text = Text::new(buf);
        text.hex_width(mm::dump_filter(&mm), 8);
        text.byte(b'\n');
        Ok(text.len())
    }
}

impl Write for CoredumpFilter {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let filter = number::u32(data, 0)?;
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let mm = mm::of_task(gate::anyone(&task).task()).ok_or(ESRCH)?;
        mm::set_dump_filter(&mm, filter);
        Ok(data.taken())
    }
}
