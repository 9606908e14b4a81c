// SPDX-License-Identifier: GPL-2.0

//! `syscall`: the system call that a task is blocked in.
//!
//! Mirrors `proc_pid_syscall()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::Attach,
        Permitted, //
    },
    pure::{
        show::syscall,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// `syscall`.
pub(super) struct Syscall;

impl TextEntry<Attach> for Syscall {
    /// Writes the call.
    fn show(
        permitted: &Permitted<'_, Attach>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let call = permitted
            .task()
            .blocked_syscall()
            .map(|call| syscall::Syscall {
                nr: call.nr,
                args: call.args,
                stack_pointer: call.stack_pointer,
                instruction_pointer: call.instruction_pointer,
            });
        syscall::Syscall::show(call.as_ref(), out);
        Ok(())
    }
}
