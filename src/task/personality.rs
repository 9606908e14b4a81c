// SPDX-License-Identifier: GPL-2.0

//! `personality`: a task's execution domain.
//!
//! Mirrors `proc_pid_personality()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::Attach,
        Permitted, //
    },
    pure::{
        show::personality,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

/// `personality`.
pub(super) struct Personality;

impl TextEntry<Attach> for Personality {
    /// Writes the number.
    fn show(
        permitted: &Permitted<'_, Attach>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        personality::show(permitted.task().personality(), out);
        Ok(())
    }
}
