// SPDX-License-Identifier: GPL-2.0

//! The lines that every `/<pid>/fdinfo/<fd>` begins with (seq_show() in fs/proc/fd.c).

use crate::pure::text::Text;

/// An open file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FdInfo {
    /// The file offset.
    pub(crate) pos: i64,
    /// `f_flags`, with O_CLOEXEC as the descriptor has it.
    pub(crate) flags: u32,
    /// The mount that the file was opened on.
    pub(crate) mnt_id: i32,
    /// The file's inode number.
    pub(crate) ino: u64,
}

impl FdInfo {
    /// Writes the lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field_signed(b"pos:\t", self.pos);
        out.bytes(b"\nflags:\t0");
        out.oct(self.flags.into());
        out.field_signed(b"\nmnt_id:\t", self.mnt_id.into());
        out.field(b"\nino:\t", self.ino);
        out.byte(b'\n');
    }
}
