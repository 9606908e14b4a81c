// SPDX-License-Identifier: GPL-2.0

//! `schedstat`: what the scheduler has counted of a task.
//!
//! Answers to `proc_pid_schedstat()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::schedstat::SchedStat,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// Writes the figures.
pub(super) fn show(
    permitted: &Permitted<'_, Anyone>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let (run_time, run_delay, switches) = permitted.task().sched_info();
    SchedStat {
        run_time,
        run_delay,
        switches,
    }
    .show(out);
    Ok(())
}
