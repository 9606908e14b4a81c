// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/syscall` (proc_pid_syscall() in fs/proc/base.c).

use crate::pure::text::Text;

/// What a task is blocked in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syscall {
    /// The number of the system call; negative where it is blocked elsewhere.
    pub(crate) nr: i32,
    /// Its arguments.
    pub(crate) args: [u64; 6],
    /// The stack pointer of its program.
    pub(crate) stack_pointer: u64,
    /// The instruction pointer of its program.
    pub(crate) instruction_pointer: u64,
}

impl Syscall {
    /// Writes the whole file; a task that is not blocked is "running".
    pub(crate) fn show(blocked: Option<&Self>, out: &mut Text<'_>) {
        let Some(call) = blocked else {
            return out.bytes(b"running\n");
        };
        out.dec_signed(call.nr.into());
        if call.nr >= 0 {
            out.spaced_hex(&call.args);
        }
        out.spaced_hex(&[call.stack_pointer, call.instruction_pointer]);
        out.byte(b'\n');
    }
}
