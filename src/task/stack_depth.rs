// SPDX-License-Identifier: GPL-2.0

//! `stack_depth`: how deep a task's kernel stack was in its last system calls.
//!
//! Answers to `proc_stack_depth()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show::stack_depth::StackDepth,
        text::Text, //
    },
    rust_bindings::tasks::task::{
        TaskExt,
        THREAD_SIZE, //
    }, //
};
use kernel::prelude::*;

/// Writes the depths.
pub(super) fn show(
    permitted: &Permitted<'_, Anyone>,
    _: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let (previous, last) = permitted.task().lowest_stack();
    StackDepth {
        previous: StackDepth::of_address(previous, THREAD_SIZE),
        last: StackDepth::of_address(last, THREAD_SIZE),
    }
    .show(out);
    Ok(())
}
