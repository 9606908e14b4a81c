// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/personality` (proc_pid_personality() in fs/proc/base.c).

use crate::pure::text::Text;

/// Writes the whole file.
pub(crate) fn show(personality: u32, out: &mut Text<'_>) {
    out.hex_width(personality.into(), 8);
    out.byte(b'\n');
}
