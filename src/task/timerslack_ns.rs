// SPDX-License-Identifier: GPL-2.0

//! `timerslack_ns`: how late a task's timers may fire.
//!
//! Mirrors `timerslack_ns_show()` and `timerslack_ns_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). A task may see and set its own; for another it takes
//! `CAP_SYS_NICE` in that task's user namespace, and the security modules are asked.
//!
//! Locks: `task_lock()` around the value.

use crate::{
    fs::{
        number,
        request::Request,
        text::TextEntry,
        write::WriteEntry, //
    },
    gate::{
        change::{
            SeeSlack,
            SetSlack, //
        },
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::{
        tasks::task::TaskExt,
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `timerslack_ns`.
pub(super) struct Slack;

impl TextEntry<SeeSlack> for Slack {
    fn show(
        permitted: &Permitted<'_, SeeSlack>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.dec(permitted.task().timer_slack());
        out.byte(b'\n');
        Ok(())
    }
}

impl WriteEntry<SetSlack> for Slack {
    type Value = u64;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(u64, usize)> {
        Ok((number::u64(data, 10)?, data.taken()))
    }

    fn apply(permitted: &Permitted<'_, SetSlack>, _request: &Request<'_>, slack: u64) -> Result {
        permitted.task().set_timer_slack(slack);
        Ok(())
    }
}
