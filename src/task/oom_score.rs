// SPDX-License-Identifier: GPL-2.0

//! `oom_score`: how likely the out-of-memory killer is to choose a task.
//!
//! Mirrors `proc_oom_score()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

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
        show::oom_score,
        text::Text, //
    },
    rust_bindings::tasks::task::{
        total_pages,
        TaskExt, //
    }, //
};
use kernel::prelude::*;

/// `oom_score`.
pub(super) struct OomScore;

impl TextEntry<Anyone> for OomScore {
    /// Writes the score.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let pages = total_pages();
        let badness = permitted.task().oom_badness(pages);
        oom_score::show(oom_score::score(badness, pages), out);
        Ok(())
    }
}
