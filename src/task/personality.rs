// SPDX-License-Identifier: GPL-2.0

//! `personality`: a task's execution domain.
//!
//! Answers to `proc_pid_personality()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Attach,
        Permitted, //
    },
    pure::{
        show::personality,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// Writes the number.
pub(super) fn show(
    permitted: &Permitted<'_, Attach>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    personality::show(permitted.task().personality(), out);
    Ok(())
}
