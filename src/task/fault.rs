// SPDX-License-Identifier: GPL-2.0

//! `make-it-fail` and `fail-nth`: which of a task's requests are to fail, where the kernel injects faults.
//!
//! Answers to `proc_fault_inject_read()`, `proc_fault_inject_write()`, `proc_fail_nth_read()` and `proc_fail_nth_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        node::Node,
        number,
        text, //
    },
    gate,
    rust_bindings::{
        tasks::{
            pid::FindTask,
            task::TaskExt, //
        },
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

struct MakeItFail;
struct FailNth;

static MAKE_IT_FAIL_OPS: FileOps = FileOps::live_with_write::<MakeItFail>(Seek::Generic);
static FAIL_NTH_OPS: FileOps = FileOps::live_with_write::<FailNth>(Seek::None);

/// The node of `make-it-fail`.
pub(super) const MAKE_IT_FAIL_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &MAKE_IT_FAIL_OPS,
};

/// The node of `fail-nth`.
pub(super) const FAIL_NTH_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &FAIL_NTH_OPS,
};

impl Live for MakeItFail {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        Ok(number::line(
            buf,
            gate::anyone(&task).task().make_it_fail().into(),
        ))
    }
}

impl Write for MakeItFail {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        gate::inject_faults()?;
        let (fail, taken) = number::stripped_i32(data)?;
        if !(0..=1).contains(&fail) {
            return Err(EINVAL);
        }
        file.inode()
            .get_task()
            .ok_or(ESRCH)?
            .set_make_it_fail(fail == 1);
        Ok(taken)
    }
}

impl Live for FailNth {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        Ok(number::line(
            buf,
            gate::anyone(&task).task().fail_nth().into(),
        ))
    }
}

impl Write for FailNth {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let nth = number::u32(data, 0)?;
        file.inode().get_task().ok_or(ESRCH)?.set_fail_nth(nth);
        Ok(data.taken())
    }
}
