// SPDX-License-Identifier: GPL-2.0

//! The lines of `status` about signals (task_sig() in fs/proc/array.c).

use crate::pure::text::Text;

/// Signals; all 0 for a task that has gone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signals {
    /// The number of threads (its lock is the signals' own).
    pub(crate) threads: u64,
    /// Signals queued for the user.
    pub(crate) queued: u64,
    /// How many may be queued.
    pub(crate) queue_limit: u64,
    /// Pending for the task.
    pub(crate) pending: u64,
    /// Pending for the process.
    pub(crate) shared_pending: u64,
    /// Blocked.
    pub(crate) blocked: u64,
    /// Ignored.
    pub(crate) ignored: u64,
    /// With a handler.
    pub(crate) caught: u64,
}

impl Signals {
    /// Writes the lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field(b"Threads:\t", self.threads);
        out.field(b"\nSigQ:\t", self.queued);
        out.field(b"/", self.queue_limit);
        out.byte(b'\n');
        set(out, b"SigPnd:\t", self.pending);
        set(out, b"ShdPnd:\t", self.shared_pending);
        set(out, b"SigBlk:\t", self.blocked);
        set(out, b"SigIgn:\t", self.ignored);
        set(out, b"SigCgt:\t", self.caught);
    }
}

/// A set of 64 signals or capabilities.
#[inline(never)]
pub(super) fn set(out: &mut Text<'_>, label: &[u8; 8], set: u64) {
    out.bytes(label);
    out.hex_width(set, 16);
    out.byte(b'\n');
}
