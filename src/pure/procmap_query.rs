// SPDX-License-Identifier: GPL-2.0

//! What the ioctl `PROCMAP_QUERY` of `/<pid>/maps` asks for (query_matching_vma() in
//! fs/proc/task_mmu.c).

use super::show::maps::Access;

const READABLE: u64 = 0x01;
const WRITABLE: u64 = 0x02;
const EXECUTABLE: u64 = 0x04;
const SHARED: u64 = 0x08;
const COVERING_OR_NEXT: u64 = 0x10;
const FILE_BACKED: u64 = 0x20;

const ACCESS: [u64; 4] = [READABLE, WRITABLE, EXECUTABLE, SHARED];
const KNOWN: u64 = READABLE | WRITABLE | EXECUTABLE | SHARED | COVERING_OR_NEXT | FILE_BACKED;

impl Access {
    /// `enum procmap_query_flags`, the part about access.
    pub(crate) fn query_flags(self) -> u64 {
        let has = [self.read, self.write, self.exec, self.shared];
        let set = ACCESS.iter().zip(has).filter(|(_, has)| *has);
        set.fold(0, |flags, (flag, _)| flags | flag)
    }
}

/// Which mapping is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted(u64);

/// What to do with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the one.
    Found,
    /// The search goes on behind it.
    GoOn,
    /// There is none.
    None,
}

impl Wanted {
    /// The wish that `query_flags` stand for; none if a flag has no meaning.
    pub(crate) fn new(query_flags: u64) -> Option<Self> {
        (query_flags & !KNOWN == 0).then_some(Self(query_flags))
    }

    /// Decides on a mapping that ends behind `addr`, the first one that does.
    pub(crate) fn judge(self, addr: u64, start: u64, access: Access, has_file: bool) -> Verdict {
        let or_next = self.0 & COVERING_OR_NEXT != 0;
        let access_wanted = self.0 & ACCESS.iter().fold(0, |all, flag| all | flag);
        let suits = (has_file || self.0 & FILE_BACKED == 0)
            && access.query_flags() & access_wanted == access_wanted;
        if suits && (or_next || start <= addr) {
            Verdict::Found
        } else if or_next {
            Verdict::GoOn
        } else {
            Verdict::None
        }
    }
}
