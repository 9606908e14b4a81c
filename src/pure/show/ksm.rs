// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/ksm_merging_pages` and `/<pid>/ksm_stat` (proc_pid_ksm_merging_pages() and
//! proc_pid_ksm_stat() in fs/proc/base.c).

use crate::pure::text::Text;

/// What KSM has done in an address space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ksm {
    /// Items that track a page.
    pub(crate) rmap_items: u64,
    /// Pages merged with the zero page.
    pub(crate) zero_pages: i64,
    /// Pages merged.
    pub(crate) merging_pages: u64,
    /// Bytes saved, less those that tracking costs.
    pub(crate) profit: i64,
    /// Whether everything that can be is to be merged.
    pub(crate) merge_any: bool,
    /// Whether anything may be merged; none if it could not be found out.
    pub(crate) mergeable: Option<bool>,
}

fn yes_or_no(out: &mut Text<'_>, label: &[u8], yes: bool) {
    out.bytes(label);
    out.bytes(if yes { b"yes\n" } else { b"no\n" });
}

impl Ksm {
    /// Writes the whole of `ksm_merging_pages`.
    pub(crate) fn show_merging_pages(merging_pages: u64, out: &mut Text<'_>) {
        out.dec(merging_pages);
        out.byte(b'\n');
    }

    /// Writes the whole of `ksm_stat`.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field(b"ksm_rmap_items ", self.rmap_items);
        out.field_signed(b"\nksm_zero_pages ", self.zero_pages);
        out.field(b"\nksm_merging_pages ", self.merging_pages);
        out.field_signed(b"\nksm_process_profit ", self.profit);
        yes_or_no(out, b"\nksm_merge_any: ", self.merge_any);
        if let Some(mergeable) = self.mergeable {
            yes_or_no(out, b"ksm_mergeable: ", mergeable);
        }
    }
}
