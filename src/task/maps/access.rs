// SPDX-License-Identifier: GPL-2.0

//! What a mapping may be used for, as `maps` shows it and `PROCMAP_QUERY` is asked for it.
//!
//! Mirrors `show_vma_header_prefix()` of [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c).

use crate::{
    pure::show::maps::Access,
    rust_bindings::memory::vma::Vma, //
};

/// What `vma` may be used for.
pub(super) fn of(vma: &Vma) -> Access {
    Access {
        read: vma.readable(),
        write: vma.writable(),
        exec: vma.executable(),
        shared: vma.shared(),
    }
}
