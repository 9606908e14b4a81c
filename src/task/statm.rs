// SPDX-License-Identifier: GPL-2.0

//! `statm`: a task's memory in pages.
//!
//! Mirrors `proc_pid_statm()` of [`fs/proc/array.c`](srctree/fs/proc/array.c).

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
        show::statm,
        text::Text, //
    },
    rust_bindings::memory::mm::{
        self,
        Sizes,
        PAGE_SHIFT, //
    }, //
};
use kernel::prelude::*;

/// `statm`.
pub(super) struct Statm;

impl TextEntry<Anyone> for Statm {
    /// Writes the figures; zeros for a task without an address space.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let statm = mm::of_task(permitted.task()).map(|mm| {
            let sizes = Sizes::of(&mm);
            statm::Statm {
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
        statm::Statm::show(statm.as_ref(), out);
        Ok(())
    }
}
