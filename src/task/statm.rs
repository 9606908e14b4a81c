// SPDX-License-Identifier: GPL-2.0

//! `statm`: a task's memory in pages.
//!
//! Answers to `proc_pid_statm()` of [`fs/proc/array.c`](srctree/fs/proc/array.c).

use crate::{
    fs::text::Reading,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::statm::Statm,
        text::Text, //
    },
    rust_bindings::memory::mm::{
        self,
        Sizes,
        PAGE_SHIFT, //
    }, //
};
use kernel::prelude::*;

/// Writes the figures; zeros for a task without an address space.
pub(super) fn show(
    permitted: &Permitted<'_, Anyone>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let statm = mm::of_task(permitted.task()).map(|mm| {
        let sizes = Sizes::of(&mm);
        Statm {
            page_shift: PAGE_SHIFT,
            total_vm: sizes.total_vm,
            anon: sizes.anon,
            file: sizes.file,
            shmem: sizes.shmem,
            start_code: sizes.start_code,
            end_code: sizes.end_code,
            data_vm: sizes.data_vm,
            stack_vm: sizes.stack_vm,
        }
    });
    Statm::show(statm.as_ref(), out);
    Ok(())
}
