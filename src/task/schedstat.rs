// SPDX-License-Identifier: GPL-2.0

//! `schedstat`: what the scheduler has counted of a task.
//!
//! Mirrors `proc_pid_schedstat()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::schedstat,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// `schedstat`.
pub(super) struct SchedStat;

impl TextEntry<Anyone> for SchedStat {
    /// Writes the figures.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let (run_time, run_delay, switches) = permitted.task().sched_info();
        schedstat::SchedStat {
            run_time,
            run_delay,
            switches,
        }
        .show(out);
        Ok(())
    }
}
