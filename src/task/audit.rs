// SPDX-License-Identifier: GPL-2.0

//! `loginuid` and `sessionid`: who logged in, and in which session, as the audit system has it.
//!
//! Mirrors `proc_loginuid_read()`, `proc_loginuid_write()` and `proc_sessionid_read()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). A task sets its own login user only, and the audit
//! system decides whether it may.

use crate::{
    fs::{
        live::LiveEntry,
        number,
        request::Request,
        write::WriteEntry, //
    },
    gate::{
        change::Current,
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::{
        credentials::{
            audit,
            cred::Kuid, //
        },
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `loginuid`.
pub(super) struct LoginUid;
/// `sessionid`.
pub(super) struct SessionId;

// Both are numbers without a newline; procfs's buffer has room for ten digits.

impl LiveEntry<Anyone> for LoginUid {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.dec(audit::login_uid(permitted.task(), request.user_ns()).into());
        Ok(())
    }
}

impl WriteEntry<Current> for LoginUid {
    type Value = Option<Kuid>;

    fn parse(data: &UserData, pos: i64, request: &Request<'_>) -> Result<(Option<Kuid>, usize)> {
        if pos != 0 {
            return Err(EINVAL);
        }
        let uid = match number::u32(data, 10)? {
            u32::MAX => None,
            uid => Some(Kuid::new(request.user_ns(), uid).ok_or(EINVAL)?),
        };
        Ok((uid, data.taken()))
    }

    fn apply(
        _current: &Permitted<'_, Current>,
        _request: &Request<'_>,
        uid: Option<Kuid>,
    ) -> Result {
        audit::set_login_uid(uid)
    }
}

impl LiveEntry<Anyone> for SessionId {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.dec(audit::session_id(permitted.task()).into());
        Ok(())
    }
}
