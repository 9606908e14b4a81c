// SPDX-License-Identifier: GPL-2.0

//! `timerslack_ns`: how late a task's timers may fire.
//!
//! Answers to `timerslack_ns_show()` and `timerslack_ns_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). A task may see and set its own; for another it
//! takes `CAP_SYS_NICE` in that task's user namespace, and the security modules are asked.
//!
//! Locks: `task_lock()` around the value.

use crate::{
    fs::{
        node::Node,
        number,
        text, //
    },
    gate::{
        self,
        Slack, //
    },
    pure::text::Text,
    rust_bindings::{
        procfs::record::Record,
        tasks::{
            pid::FindTask,
            task::TaskExt, //
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

struct TimerSlack;

static OPS: FileOps = FileOps::record_with_write::<TimerSlack>();

/// The row's node.
pub(super) const NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &OPS,
};

impl Record for TimerSlack {
    fn show(_file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let task = inode.get_task().ok_or(ESRCH)?;
        gate::timer_slack(&task, Slack::See)?;
        let mut text = Text::new(buf);
        text.dec(task.timer_slack());
        text.byte(b'\n');
        Ok(text.len())
    }
}

impl Write for TimerSlack {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let slack = number::u64(data, 10)?;
        let task = file.inode().get_task().ok_or(ESRCH)?;
        gate::timer_slack(&task, Slack::Set)?;
        task.set_timer_slack(slack);
        Ok(data.taken())
    }
}
