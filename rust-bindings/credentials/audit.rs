// SPDX-License-Identifier: GPL-2.0

//! The audit identities of a task.
//!
//! C header: [`include/linux/audit.h`](srctree/include/linux/audit.h)

use crate::rust_bindings::{
    credentials::cred::{
        Kuid,
        UserNamespace, //
    },
    raw, //
};
use kernel::{
    error::to_result,
    prelude::*,
    task::Task, //
};

/// The login user of `task` as `ns` numbers it; all ones where it is not set or `ns` has no number for it.
pub(crate) fn login_uid(task: &Task, ns: &UserNamespace) -> u32 {
    // SAFETY: Both are valid; one word, read in one load.
    unsafe {
        let uid = (&raw const (*task.as_ptr()).loginuid).read_volatile();
        raw::from_kuid(ns.as_ptr(), uid)
    }
}

/// The audit session of `task`.
pub(crate) fn session_id(task: &Task) -> u32 {
    // SAFETY: The task is valid; one word, read in one load.
    unsafe { (&raw const (*task.as_ptr()).sessionid).read_volatile() }
}

/// Sets the login user of the current task; `None` unsets it. The audit system decides whether it may.
///
/// # Errors
///
/// `EPERM`.
pub(crate) fn set_login_uid(uid: Option<Kuid>) -> Result {
    let uid = uid.map_or(raw::kuid_t { val: u32::MAX }, |uid| uid.0);
    // SAFETY: The function has no precondition.
    to_result(unsafe { raw::audit_set_loginuid(uid) })
}
