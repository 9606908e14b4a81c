// SPDX-License-Identifier: GPL-2.0

//! `timens_offsets`: how far the clocks of the time namespace are shifted that a task's children will be in.
//!
//! Answers to `timens_offsets_show()` and `timens_offsets_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and to
//! [`kernel/time/namespace.c`](srctree/kernel/time/namespace.c), which says how they are shown and decides who may set them.

use crate::{
    fs::{
        node::Node,
        text, //
    },
    gate,
    pure::{
        show,
        text::Text,
        timens::{
            self as parser,
            Clock, //
        }, //
    },
    rust_bindings::{
        memory::mm::PAGE,
        procfs::record::Record,
        tasks::{
            pid::FindTask,
            timens::{
                self,
                Offset, //
            }, //
        },
        vfs::{
            file::{
                File,
                FileOps,
                Write, //
            },
            inode::Inode,
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

struct Offsets;

static OPS: FileOps = FileOps::record_with_write::<Offsets>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Record for Offsets {
    fn show(_file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let task = inode.get_task().ok_or(ESRCH)?;
        let shifts = timens::shifts(gate::anyone(&task).task());
        let mut text = Text::new(buf);
        if let Some((monotonic, boottime)) = shifts {
            show::timens_offsets::Offsets {
                monotonic,
                boottime,
            }
            .show(&mut text);
        }
        Ok(text.len())
    }
}

fn offset(offset: parser::Offset) -> Offset {
    match offset.clock {
        Clock::Monotonic => Offset::monotonic(offset.seconds, offset.nanoseconds),
        Clock::Boottime => Offset::boottime(offset.seconds, offset.nanoseconds),
    }
}

impl Write for Offsets {
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize> {
        if pos != 0 || data.taken() >= PAGE {
            return Err(EINVAL);
        }
        let mut text = KVec::zeroed(data.taken(), GFP_KERNEL)?;
        data.read(&mut text)?;
        let parsed = parser::parse(&text).ok_or(EINVAL)?;
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let task = gate::anyone(&task);
        match parsed.second {
            Some(second) => timens::set(
                file,
                task.task(),
                &mut [offset(parsed.first), offset(second)],
            )?,
            None => timens::set(file, task.task(), &mut [offset(parsed.first)])?,
        }
        Ok(parsed.taken)
    }
}
