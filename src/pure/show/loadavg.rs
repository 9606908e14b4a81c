// SPDX-License-Identifier: GPL-2.0

//! `loadavg` of a view (loadavg_proc_show() in fs/proc/loadavg.c).

use crate::pure::{
    load::Load,
    text::Text, //
};

/// The whole file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadAvg {
    /// The averages.
    pub(crate) load: Load,
    /// Tasks that run or could.
    pub(crate) running: u64,
    /// All tasks.
    pub(crate) threads: u64,
    /// The last pid that was given, in the reader's pid namespace.
    pub(crate) last_pid: i64,
}

impl LoadAvg {
    /// Writes it.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        self.load.show(out);
        out.field(b" ", self.running);
        out.field(b"/", self.threads);
        out.field_signed(b" ", self.last_pid);
        out.byte(b'\n');
    }
}
