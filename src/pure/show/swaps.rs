// SPDX-License-Identifier: GPL-2.0

//! `swaps` of a view (swap_show() in mm/swapfile.c): one area that is nobody's device.

use crate::pure::text::Text;

/// What a cgroup may swap out, and what of that it may still, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Swap {
    /// All.
    pub(crate) total: u64,
    /// What is free of it.
    pub(crate) free: u64,
}

impl Swap {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.bytes(b"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        if self.total == 0 {
            return;
        }
        // The same columns as lxcfs's, whose readers know them.
        out.left(b"none", 40);
        out.field(b"virtual\t\t", self.total >> 10);
        out.field(b"\t", self.total.saturating_sub(self.free) >> 10);
        out.bytes(b"\t0\n");
    }
}
