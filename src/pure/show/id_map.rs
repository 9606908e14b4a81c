// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/uid_map` and its like (uid_m_show() in kernel/user_namespace.c).

use crate::pure::text::Text;

/// A range of ids of a user namespace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The first id, as the namespace numbers it.
    pub(crate) first: u32,
    /// The first id, as the reader numbers it; the highest number if it has none.
    pub(crate) lower: u32,
    /// How many ids there are.
    pub(crate) count: u32,
}

impl Extent {
    /// The length of a line: no number has more than ten digits.
    pub(crate) const LEN: usize = 33;

    /// Writes the line.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.dec_width(self.first.into(), 10);
        out.byte(b' ');
        out.dec_width(self.lower.into(), 10);
        out.byte(b' ');
        out.dec_width(self.count.into(), 10);
        out.byte(b'\n');
    }
}
