// SPDX-License-Identifier: GPL-2.0

//! `stat`.
//!
//! Mirrors [`fs/proc/stat.c`](srctree/fs/proc/stat.c).

use super::{
    file::{
        Reading,
        Text, //
    },
    times::{
        self,
        CgroupTimes, //
    }, //
};
use crate::{
    pure::{
        show::cpu_stat::CpuStat,
        text, //
    },
    rust_bindings::{
        cgroups::{
            cgroup::Cgroup,
            tasks,
            times as machine, //
        },
        procfs::view_file::KernelFile, //
    }, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum Stat {}

/// The room that the row of a CPU takes at most, as long as none has run for years.
const ROW: usize = 64;

/// How many tasks run or could, and how many wait for a disk. Sleeps.
pub(super) fn counts(cgroup: &Cgroup) -> (u64, u64) {
    #[cfg(CONFIG_PSI)]
    if let Some(counts) = crate::rust_bindings::cgroups::pressure::counts(cgroup) {
        return counts;
    }
    let activity = tasks::activity(cgroup);
    (activity.running, activity.blocked)
}

impl Text for Stat {
    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let shown = times::shown(reading.view, cgroup)?;
        // Not to count everything twice where there are many.
        let guess = ROW.saturating_mul(shown.0.len().saturating_add(4));
        if guess > buf.len() {
            return Ok(guess);
        }
        let (rows, busy) = CgroupTimes::of(shown, cgroup)?.rows(reading.view, cgroup)?;
        let (running, blocked) = counts(cgroup);
        let stat = CpuStat {
            busy,
            rows: &rows,
            boot_time: machine::boot_time(),
            running,
            blocked,
            softirqs: machine::SOFTIRQS,
        };
        let mut out = text::Text::new(buf);
        stat.show(&mut out);
        Ok(out.len())
    }
}
