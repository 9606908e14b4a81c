// SPDX-License-Identifier: GPL-2.0

//! `patch_state`: the state of a task's transition to a patched kernel.
//!
//! Answers to `proc_pid_patch_state()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// Writes the number; only the mode of the file is asked.
pub(super) fn show(
    permitted: &Permitted<'_, Anyone>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    out.dec_signed(permitted.task().patch_state().into());
    out.byte(b'\n');
    Ok(())
}
