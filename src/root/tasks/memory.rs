// SPDX-License-Identifier: GPL-2.0

//! The columns of a row that are sizes of an address space, as `status` has them.
//!
//! Mirrors `task_mem()` of [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c). Locks: those of the
//! counters; nothing sleeps.

use crate::{
    pure::show::tasks::{
        columns::{
            Column,
            Part,
            Parts, //
        },
        Numbers, //
    },
    rust_bindings::memory::mm::{
        swapped,
        Extent,
        Resident,
        PAGE_SHIFT, //
    }, //
};
use kernel::mm::MmWithUser;

/// What is asked of an address space.
pub(super) const PARTS: &[Part] = &[Part::Sizes, Part::Resident, Part::Swap];

const fn kilobytes(pages: u64) -> u64 {
    pages << (PAGE_SHIFT - 10)
}

/// Puts those numbers into `row` that `parts` ask for; zeros without an address space.
pub(super) fn numbers(mm: Option<&MmWithUser>, parts: Parts, row: &mut Numbers) {
    if parts.has(Part::Sizes) {
        let sizes = mm.map(Extent::of).unwrap_or_default();
        row.put(Column::vm_size, kilobytes(sizes.total_vm));
        // The kernel raises the high-water marks only when it lowers what they are marks of.
        let peak = sizes.hiwater_vm.max(sizes.total_vm);
        row.put(Column::vm_peak, kilobytes(peak));
        row.put(Column::vm_lck, kilobytes(sizes.locked_vm));
        row.put(Column::vm_data, kilobytes(sizes.data_vm));
        row.put(Column::vm_stk, kilobytes(sizes.stack_vm));
        row.put(Column::vm_pte, sizes.pgtables_bytes >> 10);
    }
    if parts.has(Part::Resident) {
        let resident = mm.map(Resident::of).unwrap_or_default();
        let all = resident.anon + resident.file + resident.shmem;
        row.put(Column::vm_rss, kilobytes(all));
        row.put(Column::vm_hwm, kilobytes(resident.hiwater.max(all)));
        row.put(Column::rss_anon, kilobytes(resident.anon));
        row.put(Column::rss_file, kilobytes(resident.file));
        row.put(Column::rss_shmem, kilobytes(resident.shmem));
    }
    if parts.has(Part::Swap) {
        let swap = mm.map(swapped).unwrap_or_default();
        row.put(Column::vm_swap, kilobytes(swap));
    }
}
