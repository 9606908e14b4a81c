// SPDX-License-Identifier: GPL-2.0

//! `syscall`: the system call that a task is blocked in.
//!
//! Answers to `proc_pid_syscall()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Attach,
        Permitted, //
    },
    pure::{
        show::syscall::Syscall,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// Writes the call.
pub(super) fn show(
    permitted: &Permitted<'_, Attach>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let call = permitted.task().blocked_syscall().map(|call| Syscall {
        nr: call.nr,
        args: call.args,
        stack_pointer: call.stack_pointer,
        instruction_pointer: call.instruction_pointer,
    });
    Syscall::show(call.as_ref(), out);
    Ok(())
}
