// SPDX-License-Identifier: GPL-2.0

//! `wchan`: the kernel function that a task sleeps in, `0` for callers that lack
//! `PTRACE_MODE_READ`.
//!
//! Mirrors `proc_pid_wchan()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::Filtered,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::tasks::task::{
        TaskExt,
        SYMBOL_LEN, //
    }, //
};
use kernel::prelude::*;

/// `wchan`.
pub(super) struct Wchan;

impl TextEntry<Filtered> for Wchan {
    /// Writes the function's name, without a newline.
    fn show(
        permitted: &Permitted<'_, Filtered>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let mut symbol = [0; SYMBOL_LEN];
        let name = if permitted.may_read() {
            permitted.task().wchan(&mut symbol)
        } else {
            None
        };
        out.bytes(name.unwrap_or(b"0"));
        Ok(())
    }
}
