// SPDX-License-Identifier: GPL-2.0

//! `io`: what a task, or its whole process, has read and written.
//!
//! Answers to `do_io_accounting()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::text::Reading,
    gate::{
        Permitted,
        Read, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::tasks::accounting::Io, //
};
use kernel::prelude::*;

/// Writes the figures.
pub(super) fn show(
    permitted: &Permitted<'_, Read>,
    reading: &Reading<'_>,
    out: &mut Text<'_>,
) -> Result {
    let io = if reading.whole_group() {
        Io::of_group(permitted.task())
    } else {
        Io::of_thread(permitted.task())
    };
    let [rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes] = io.figures();
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
