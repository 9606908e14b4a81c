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

/// `/<pid>/oom_adj`, the older scale of `/<pid>/oom_score_adj` (oom_adj_read() and oom_adj_write()
/// in fs/proc/base.c).
pub(crate) mod legacy {
    /// The values of `oom_score_adj` (OOM_SCORE_ADJ_MIN to OOM_SCORE_ADJ_MAX).
    pub(crate) const SCORES: core::ops::RangeInclusive<i16> = -1000..=1000;

    /// OOM_DISABLE: never to be killed.
    const DISABLE: i32 = -17;
    const MAX: i32 = 15;

    /// The older value that is shown for a score.
    pub(crate) fn from_score(score: i16) -> i32 {
        if score == 1000 {
            MAX
        } else {
            (i32::from(score) * -DISABLE / 1000).min(MAX)
        }
    }

    /// The score that an older value stands for; none if it is no such value.
    pub(crate) fn to_score(value: i32) -> Option<i16> {
        match value {
            MAX => Some(1000),
            DISABLE..MAX => i16::try_from(value * 1000 / -DISABLE).ok(),
            _ => None,
        }
    }
}
