// SPDX-License-Identifier: GPL-2.0

//! `uptime` of a view (uptime_proc_show() in fs/proc/uptime.c).

use crate::pure::text::Text;

const NSEC_PER_SEC: u64 = 1_000_000_000;

/// Writes the whole file: how long the machine has been up, and what the CPUs of the view have not
/// run, in nanoseconds.
pub(crate) fn show(up: u64, idle: u64, out: &mut Text<'_>) {
    seconds(up, out);
    out.byte(b' ');
    seconds(idle, out);
    out.byte(b'\n');
}

fn seconds(nsec: u64, out: &mut Text<'_>) {
    out.dec(nsec / NSEC_PER_SEC);
    let hundredths = nsec % NSEC_PER_SEC / (NSEC_PER_SEC / 100);
    out.byte(b'.');
    out.byte(b'0'.wrapping_add((hundredths / 10) as u8));
    out.byte(b'0'.wrapping_add((hundredths % 10) as u8));
}
