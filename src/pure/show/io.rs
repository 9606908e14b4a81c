// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/io` (do_io_accounting() in fs/proc/base.c).

use crate::pure::text::Text;

/// What a task, or all threads of a process, read and wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Io {
    /// Bytes read by system calls.
    pub(crate) rchar: u64,
    /// Bytes written by system calls.
    pub(crate) wchar: u64,
    /// Read system calls.
    pub(crate) syscr: u64,
    /// Write system calls.
    pub(crate) syscw: u64,
    /// Bytes fetched from storage.
    pub(crate) read_bytes: u64,
    /// Bytes sent to storage.
    pub(crate) write_bytes: u64,
    /// Bytes that were dirtied but never reached storage.
    pub(crate) cancelled_write_bytes: u64,
}

impl Io {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field(b"rchar: ", self.rchar);
        out.field(b"\nwchar: ", self.wchar);
        out.field(b"\nsyscr: ", self.syscr);
        out.field(b"\nsyscw: ", self.syscw);
        out.field(b"\nread_bytes: ", self.read_bytes);
        out.field(b"\nwrite_bytes: ", self.write_bytes);
        out.field(b"\ncancelled_write_bytes: ", self.cancelled_write_bytes);
        out.byte(b'\n');
    }
}
