// SPDX-License-Identifier: GPL-2.0

//! `limits`: the resource limits of a task's process.
//!
//! Mirrors `proc_pid_limits()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Copies under
//! `siglock`, formats after.

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::limits::{
            self,
            Limit, //
        },
        text::Text, //
    },
    rust_bindings::tasks::signal::SighandLock, //
};
use kernel::prelude::*;

/// `limits`.
pub(super) struct Limits;

impl TextEntry<Anyone> for Limits {
    /// Writes the table; nothing once the task is reaped.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let Some(limits) = SighandLock::with(permitted.task(), SighandLock::limits) else {
            return Ok(());
        };
        limits::show(
            &limits.map(|(current, maximum)| Limit { current, maximum }),
            out,
        );
        Ok(())
    }
}
