// SPDX-License-Identifier: GPL-2.0

//! `oom_score_adj`, and `oom_adj`, its older form on another scale: how much the out-of-memory killer is to spare a process.
//!
//! Answers to `oom_adj_read()`, `oom_adj_write()`, `oom_score_adj_read()`, `oom_score_adj_write()` and `__set_oom_adj()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). The mode decides who may write; less than what the process was allowed takes `CAP_SYS_RESOURCE`.
//!
//! Locks: `oom_adj_mutex`, and in it `task_lock()`.

use crate::{
    fs::{
        node::Node,
        number,
        text, //
    },
    gate,
    pure::show::oom_score::legacy,
    rust_bindings::{
        tasks::{
            oom::{
                adjustment,
                Adjustment, //
            },
            pid::FindTask, //
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

struct Score;
struct Legacy;

static SCORE_OPS: FileOps = FileOps::live_with_write::<Score>(Seek::Default);
static LEGACY_OPS: FileOps = FileOps::live_with_write::<Legacy>(Seek::Generic);

/// The node of `oom_score_adj`.
pub(super) const SCORE_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &SCORE_OPS,
};

/// The node of `oom_adj`.
pub(super) const LEGACY_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &LEGACY_OPS,
};

impl Live for Score {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        Ok(number::line(
            buf,
            adjustment(gate::anyone(&task).task()).into(),
        ))
    }
}

impl Write for Score {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let (value, taken) = number::stripped_i32(data)?;
        let value = i16::try_from(value).map_err(|_| EINVAL)?;
        if !legacy::SCORES.contains(&value) {
            return Err(EINVAL);
        }
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let adjustment = Adjustment::lock(&task);
        if value < adjustment.minimum() {
            gate::spare_more()?;
        }
        adjustment.set(value, gate::may_set_limits_quietly());
        Ok(taken)
    }
}

impl Live for Legacy {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let score = adjustment(gate::anyone(&task).task());
        Ok(number::line(buf, legacy::from_score(score).into()))
    }
}

impl Write for Legacy {
    fn write(file: &File, data: &UserData, _pos: i64) -> Result<usize> {
        let (value, taken) = number::stripped_i32(data)?;
        let value = legacy::to_score(value).ok_or(EINVAL)?;
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let lock = Adjustment::lock(&task);
        if value < adjustment(&task) {
            gate::spare_more()?;
        }
        lock.set(value, false);
        Ok(taken)
    }
}
