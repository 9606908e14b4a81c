// SPDX-License-Identifier: GPL-2.0

//! `uptime` of a view (uptime_proc_show() in fs/proc/uptime.c).

use crate::pure::text::Text;

const NSEC_PER_SEC: u64 = 1_000_000_000;

/// So many clock ticks are a second.
const USER_HZ: u64 = 100;

/// Writes the whole file: how long the machine has been up, in nanoseconds, and what the CPUs of
/// the view have not run, in clock ticks: the idle time of its `stat`.
pub(crate) fn show(up: u64, idle: u64, out: &mut Text<'_>) {
    seconds(up / (NSEC_PER_SEC / USER_HZ), out);
    out.byte(b' ');
    seconds(idle, out);
    out.byte(b'\n');
}

fn seconds(ticks: u64, out: &mut Text<'_>) {
    out.dec(ticks / USER_HZ);
    let hundredths = ticks % USER_HZ;
    out.byte(b'.');
    out.byte(b'0'.wrapping_add((hundredths / 10) as u8));
    out.byte(b'0'.wrapping_add((hundredths % 10) as u8));
}
