// SPDX-License-Identifier: GPL-2.0

//! `diskstats` of a view (diskstats_show() in block/genhd.c): what a cgroup has moved.

use crate::pure::text::Text;

/// Bytes of a sector, whatever the device's are.
const SECTOR: u64 = 512;

/// What was done of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    /// How often.
    pub(crate) ios: u64,
    /// Bytes.
    pub(crate) bytes: u64,
}

/// A disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk<'a> {
    /// Its device number.
    pub(crate) device: (u32, u32),
    /// Its name.
    pub(crate) name: &'a [u8],
    /// What was read.
    pub(crate) read: Moved,
    /// What was written.
    pub(crate) written: Moved,
    /// What was discarded.
    pub(crate) discarded: Moved,
}

impl Disk<'_> {
    /// Writes its line. Merges, times and what is under way are nobody's count of a cgroup.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.dec_width(self.device.0.into(), 4);
        out.byte(b' ');
        out.dec_width(self.device.1.into(), 7);
        out.byte(b' ');
        out.bytes(self.name);
        for moved in [self.read, self.written] {
            out.field(b" ", moved.ios);
            out.field(b" 0 ", moved.bytes / SECTOR);
            out.bytes(b" 0");
        }
        out.field(b" 0 0 0 ", self.discarded.ios);
        out.field(b" 0 ", self.discarded.bytes / SECTOR);
        out.bytes(b" 0 0 0\n");
    }
}
