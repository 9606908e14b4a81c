// SPDX-License-Identifier: GPL-2.0

//! `io`: what a task, or its whole process, has read and written.
//!
//! Mirrors `do_io_accounting()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        request::Request,
        text::TextEntry, //
    },
    gate::{
        ptrace::Read,
        Permitted, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::tasks::accounting, //
};
use kernel::prelude::*;

/// `io`.
pub(super) struct Io;

impl TextEntry<Read> for Io {
    /// Writes the figures.
    fn show(permitted: &Permitted<'_, Read>, request: &Request<'_>, out: &mut Text<'_>) -> Result {
        let io = if request.whole_group() {
            accounting::Io::of_group(permitted.task())
        } else {
            accounting::Io::of_thread(permitted.task())
        };
        let [rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes] =
            io.figures();
        show::io::Io {
            rchar,
            wchar,
            syscr,
            syscw,
            read_bytes,
            write_bytes,
            cancelled_write_bytes,
        }
        .show(out);
        Ok(())
    }
}
