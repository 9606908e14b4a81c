// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/oom_score` (proc_oom_score() in fs/proc/base.c).

use crate::pure::text::Text;

/// The score from the kernel's oom_badness() and the pages of memory and swap together.
pub(crate) fn score(badness: i64, total_pages: u64) -> u64 {
    // What the kernel says of a task that must not be killed.
    if badness == i64::MIN {
        return 0;
    }
    let share = badness.wrapping_mul(1000).checked_div(total_pages as i64);
    (share.unwrap_or(0).wrapping_add(1000).wrapping_mul(2) / 3) as u64
}

/// Writes the whole file.
pub(crate) fn show(score: u64, out: &mut Text<'_>) {
    out.dec(score);
    out.byte(b'\n');
}
