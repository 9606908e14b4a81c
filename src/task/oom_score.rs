// SPDX-License-Identifier: GPL-2.0

//! `oom_score`: how likely the out-of-memory killer is to choose a task.
//!
//! Answers to `proc_oom_score()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::oom_score,
        text::Text, //
    },
    rust_bindings::tasks::task::{
        total_pages,
        TaskExt, //
    }, //
};
use kernel::prelude::*;

/// Writes the score.
pub(super) fn show(
    permitted: &Permitted<'_, Anyone>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let pages = total_pages();
    let badness = permitted.task().oom_badness(pages);
    oom_score::show(oom_score::score(badness, pages), out);
    Ok(())
}
