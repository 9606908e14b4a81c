// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/stack_depth` (proc_stack_depth() in fs/proc/base.c).

use crate::pure::text::Text;

/// How many bytes of its kernel stack a task has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StackDepth {
    /// In the system call before the last.
    pub(crate) previous: u64,
    /// In the last system call.
    pub(crate) last: u64,
}

impl StackDepth {
    /// What a lowest address means, on a stack of `size` bytes that begins at a multiple of it.
    pub(crate) fn of_address(lowest: u64, size: u64) -> u64 {
        size - (lowest & (size - 1))
    }

    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field(b"previous stack depth: ", self.previous);
        out.field(b"\nstack depth: ", self.last);
        out.byte(b'\n');
    }
}
