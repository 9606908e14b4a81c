// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/statm` (proc_pid_statm() in fs/proc/array.c).

use crate::pure::text::Text;

/// The memory of a task. Sizes are in pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statm {
    /// log2 of the page size.
    pub(crate) page_shift: u32,
    /// The address space.
    pub(crate) total_vm: u64,
    /// Resident pages without a file.
    pub(crate) anon: u64,
    /// Resident pages of files.
    pub(crate) file: u64,
    /// Resident pages of shared memory.
    pub(crate) shmem: u64,
    /// The first address of the program's code.
    pub(crate) start_code: u64,
    /// The address after the program's code.
    pub(crate) end_code: u64,
    /// Private writable mappings.
    pub(crate) data_vm: u64,
    /// The stack.
    pub(crate) stack_vm: u64,
}

impl Statm {
    /// Writes the whole file; a task without memory of its own has only zeros.
    pub(crate) fn show(memory: Option<&Self>, out: &mut Text<'_>) {
        let Some(memory) = memory else {
            return out.bytes(b"0 0 0 0 0 0 0\n");
        };
        let shared = memory.file.wrapping_add(memory.shmem);
        let text = text_bytes(memory.start_code, memory.end_code, memory.page_shift);
        out.dec(memory.total_vm);
        out.field(b" ", shared.wrapping_add(memory.anon));
        out.field(b" ", shared);
        out.field(b" ", text.wrapping_shr(memory.page_shift));
        // Libraries and dirty pages have been 0 since Linux 2.6.
        out.field(b" 0 ", memory.data_vm.wrapping_add(memory.stack_vm));
        out.bytes(b" 0\n");
    }
}

/// The size of the program's code in bytes, rounded to whole pages at both ends.
pub(crate) fn text_bytes(start_code: u64, end_code: u64, page_shift: u32) -> u64 {
    let offset = 1u64.wrapping_shl(page_shift).wrapping_sub(1);
    (end_code.wrapping_add(offset) & !offset).wrapping_sub(start_code & !offset)
}
