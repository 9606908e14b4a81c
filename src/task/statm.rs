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
    rust_bindings::mm::{
        self,
        Figures,
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
        let figures = Figures::of(&mm);
        Statm {
            page_shift: PAGE_SHIFT,
            total_vm: figures.total_vm,
            anon: figures.anon,
            file: figures.file,
            shmem: figures.shmem,
            start_code: figures.start_code,
            end_code: figures.end_code,
            data_vm: figures.data_vm,
            stack_vm: figures.stack_vm,
        }
    });
    Statm::show(statm.as_ref(), out);
    Ok(())
}
