// SPDX-License-Identifier: GPL-2.0

//! `latency`: where a task has waited, and for how long, while somebody counts (`sys/kernel/latencytop`).
//!
//! Answers to `lstats_show_proc()` and `lstats_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Everyone may read; a write, whatever it is, forgets the
//! records.

use crate::{
    fs::{
        node::Node,
        text, //
    },
    gate,
    pure::text::Text,
    rust_bindings::{
        procfs::record::Record,
        tasks::{
            pid::FindTask,
            symbol::{
                self,
                Latency, //
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

struct Latencies;

static OPS: FileOps = FileOps::record_with_write::<Latencies>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Record for Latencies {
    fn show(_file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let task = inode.get_task().ok_or(ESRCH)?;
        let task = gate::anyone(&task);
        let mut text = Text::new(buf);
        text.bytes(b"Latency Top version : v0.1\n");
        for record in Latency::of(task.task()) {
            let (count, time, max) = record.figures();
            // The kernel prints all three as signed.
            text.dec_signed((count as i32).into());
            text.field_signed(b" ", time as i64);
            text.field_signed(b" ", max as i64);
            for address in record.backtrace() {
                text.byte(b' ');
                text.fill(|rest| symbol::function(address, rest));
            }
            text.byte(b'\n');
        }
        Ok(text.len())
    }
}

impl Write for Latencies {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        Latency::clear(gate::anyone(&task).task());
        Ok(data.taken())
    }
}
