// SPDX-License-Identifier: GPL-2.0

//! `loginuid` and `sessionid`: who logged in, and in which session, as the audit system has it.
//!
//! Answers to `proc_loginuid_read()`, `proc_loginuid_write()` and `proc_sessionid_read()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). A task sets its own
//! login user only, and the audit system decides whether it may.

use crate::{
    fs::{
        node::Node,
        number,
        text, //
    },
    gate,
    pure::text::Text,
    rust_bindings::{
        credentials::{
            audit,
            cred::Kuid, //
        },
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

struct LoginUid;
struct SessionId;

static LOGIN_OPS: FileOps = FileOps::live_with_write::<LoginUid>(Seek::Generic);
static SESSION_OPS: FileOps = FileOps::live::<SessionId>(Seek::Generic);

/// The node of `loginuid`.
pub(super) const LOGIN_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &LOGIN_OPS,
};

/// The node of `sessionid`.
pub(super) const SESSION_NODE: Node = Node::File {
    inode: &text::INODE_OPS,
    file: &SESSION_OPS,
};

/// Writes a number, without a newline; procfs's buffer has room for ten digits.
fn show(buf: &mut [u8], number: u32) -> usize {
    let mut text = Text::new(buf);
    text.dec(number.into());
    text.len()
}

impl Live for LoginUid {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let task = gate::anyone(&task);
        Ok(show(
            buf,
            audit::login_uid(task.task(), file.opener_user_ns()),
        ))
    }
}

impl Write for LoginUid {
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize> {
        gate::own_task(file.inode())?;
        if pos != 0 {
            return Err(EINVAL);
        }
        let uid = match number::u32(data, 10)? {
            u32::MAX => None,
            uid => Some(Kuid::new(file.opener_user_ns(), uid).ok_or(EINVAL)?),
        };
        audit::set_login_uid(uid)?;
        Ok(data.taken())
    }
}

impl Live for SessionId {
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        Ok(show(buf, audit::session_id(gate::anyone(&task).task())))
    }
}
