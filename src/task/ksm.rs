// SPDX-License-Identifier: GPL-2.0

//! `ksm_merging_pages` and `ksm_stat`: what KSM has done in a task's address space.
//!
//! Mirrors `proc_pid_ksm_merging_pages()` and `proc_pid_ksm_stat()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Only the mode of the files is asked.
//!
//! Locks: the mmap lock, for reading, around one question.

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::memory::mm::{
        self,
        Ksm, //
    }, //
};
use kernel::prelude::*;

/// `ksm_merging_pages`.
pub(super) struct MergingPages;

impl TextEntry<Anyone> for MergingPages {
    /// Writes the number of merged pages; nothing for a task without an address space.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        if let Some(mm) = mm::of_task(permitted.task()) {
            show::ksm::Ksm::show_merging_pages(Ksm::of(&mm).merging_pages, out);
        }
        Ok(())
    }
}

/// `ksm_stat`.
pub(super) struct KsmStat;

impl TextEntry<Anyone> for KsmStat {
    /// Writes the figures; nothing for a task without an address space.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        if let Some(mm) = mm::of_task(permitted.task()) {
            let ksm = Ksm::of(&mm);
            show::ksm::Ksm {
                rmap_items: ksm.rmap_items,
                zero_pages: ksm.zero_pages,
                merging_pages: ksm.merging_pages,
                profit: ksm.profit,
                merge_any: ksm.merge_any,
                mergeable: Ksm::mergeable(&mm),
            }
            .show(out);
        }
        Ok(())
    }
}
