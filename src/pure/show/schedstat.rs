// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/schedstat` (proc_pid_schedstat() in fs/proc/base.c).

use crate::pure::text::Text;

/// What the scheduler has counted of a task.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SchedStat {
    /// Nanoseconds on a CPU.
    pub(crate) run_time: u64,
    /// Nanoseconds waiting for a CPU.
    pub(crate) run_delay: u64,
    /// How often it got a CPU.
    pub(crate) switches: u64,
}

impl SchedStat {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.dec(self.run_time);
        out.field(b" ", self.run_delay);
        out.field(b" ", self.switches);
        out.byte(b'\n');
    }
}
