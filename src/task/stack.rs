// SPDX-License-Identifier: GPL-2.0

//! `stack`: the kernel functions that a task is in.
//!
//! Mirrors `proc_pid_stack()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). The unwinder may be
//! run on a task that runs itself, which could leak what is on its stack: so it is for the
//! privileged alone.

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::AdminAttach,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::tasks::symbol, //
};
use kernel::prelude::*;

/// `stack`.
pub(super) struct Stack;

impl TextEntry<AdminAttach> for Stack {
    /// Writes a line for each function.
    fn show(
        permitted: &Permitted<'_, AdminAttach>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let mut backtrace = symbol::Backtrace::new();
        for address in backtrace.of(permitted.task()) {
            out.bytes(b"[<0>] ");
            out.fill(|rest| symbol::return_address(*address, rest));
            out.byte(b'\n');
        }
        Ok(())
    }
}
