// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/timens_offsets` (show_offset() in kernel/time/namespace.c).

use crate::pure::text::Text;

/// How far the clocks of a time namespace are shifted: seconds, and nanoseconds more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offsets {
    /// `CLOCK_MONOTONIC`.
    pub(crate) monotonic: (i64, i64),
    /// `CLOCK_BOOTTIME`.
    pub(crate) boottime: (i64, i64),
}

impl Offsets {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        line(out, b"monotonic  ", self.monotonic);
        line(out, b"boottime   ", self.boottime);
    }
}

fn line(out: &mut Text<'_>, clock: &[u8; 11], (seconds, nanoseconds): (i64, i64)) {
    out.bytes(clock);
    out.dec_width_signed(seconds, 10);
    out.byte(b' ');
    out.dec_width_signed(nanoseconds, 9);
    out.byte(b'\n');
}
