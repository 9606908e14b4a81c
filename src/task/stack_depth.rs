// SPDX-License-Identifier: GPL-2.0

//! `stack_depth`: how deep a task's kernel stack was in its last system calls.
//!
//! Mirrors `proc_stack_depth()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

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
        show::stack_depth,
        text::Text, //
    },
    rust_bindings::tasks::task::{
        TaskExt,
        THREAD_SIZE, //
    }, //
};
use kernel::prelude::*;

/// `stack_depth`.
pub(super) struct StackDepth;

impl TextEntry<Anyone> for StackDepth {
    /// Writes the depths.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let (previous, last) = permitted.task().lowest_stack();
        stack_depth::StackDepth {
            previous: stack_depth::StackDepth::of_address(previous, THREAD_SIZE),
            last: stack_depth::StackDepth::of_address(last, THREAD_SIZE),
        }
        .show(out);
        Ok(())
    }
}
