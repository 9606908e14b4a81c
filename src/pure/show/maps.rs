// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/maps`: what stands before a mapping's name (show_vma_header_prefix() in
//! fs/proc/task_mmu.c).

use crate::pure::text::Text;

/// What a mapping lets its process do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// Read.
    pub(crate) read: bool,
    /// Write.
    pub(crate) write: bool,
    /// Execute.
    pub(crate) exec: bool,
    /// See what others write (`VM_MAYSHARE`).
    pub(crate) shared: bool,
}

/// A mapping. What says where the content is from is 0 for one without a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    /// First address.
    pub(crate) start: u64,
    /// Address behind the last one.
    pub(crate) end: u64,
    /// What it is mapped for.
    pub(crate) access: Access,
    /// Where in the file it begins, in bytes.
    pub(crate) offset: u64,
    /// Major number of the file's device.
    pub(crate) major: u32,
    /// Minor number of the file's device.
    pub(crate) minor: u32,
    /// Number of the file's inode.
    pub(crate) ino: u64,
}

/// The column that names begin behind: seq_setwidth() there.
const WIDTH: usize = 25 + size_of::<usize>() * 6 - 1;

impl Mapping {
    /// Writes the beginning of the line of a mapping without a name.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        let flag = |set, letter| if set { letter } else { b'-' };
        let Access {
            read,
            write,
            exec,
            shared,
        } = self.access;
        out.hex_width(self.start, 8);
        out.byte(b'-');
        out.hex_width(self.end, 8);
        out.bytes(&[
            b' ',
            flag(read, b'r'),
            flag(write, b'w'),
            flag(exec, b'x'),
            if shared { b's' } else { b'p' },
            b' ',
        ]);
        if self.ino == 0 && self.offset == 0 && self.major == 0 && self.minor == 0 {
            // Half of the mappings that most programs have.
            return out.bytes(b"00000000 00:00 0 ");
        }
        out.hex_width(self.offset, 8);
        out.device(self.major, self.minor);
        out.dec(self.ino);
        out.byte(b' ');
    }

    /// Writes the beginning of the line of a mapping whose name follows: seq_pad().
    pub(crate) fn show_before_name(&self, out: &mut Text<'_>) {
        let start = out.len();
        self.show(out);
        let len = out.len() - start;
        out.repeat(b' ', WIDTH.saturating_sub(len));
        out.byte(b' ');
    }
}
