// SPDX-License-Identifier: GPL-2.0

//! `patch_state`: the state of a task's transition to a patched kernel.
//!
//! Mirrors `proc_pid_patch_state()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// `patch_state`.
pub(super) struct PatchState;

impl TextEntry<Anyone> for PatchState {
    /// Writes the number; only the mode of the file is asked.
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.dec_signed(permitted.task().patch_state().into());
        out.byte(b'\n');
        Ok(())
    }
}
