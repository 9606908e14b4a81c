// SPDX-License-Identifier: GPL-2.0

//! The ioctl `PROCMAP_QUERY`: one mapping, by an address and what it must be.
//!
//! Mirrors `do_procmap_query()` of [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c). The caller's
//! memory is written when no lock is held any more, and the build id is read then, for both may
//! wait for disks.

use super::access;
use crate::{
    pure::procmap_query::{
        Verdict,
        Wanted, //
    },
    rust_bindings::{
        errno,
        memory::{
            mapped_file::{
                PathName,
                BUILD_ID_LEN,
                PATH_LEN, //
            },
            vma::Name,
            vma_lock::Finder, //
        },
        procfs::procmap_query::{
            Query,
            UserQuery, //
        }, //
    }, //
};
use kernel::{
    mm::Mm,
    prelude::*, //
};

/// Finds the first mapping at `addr` or after it that is `wanted`, and leaves it with the finder.
fn find(finder: &mut Finder, mut addr: u64, wanted: Wanted) -> Result {
    while let Some(vma) = finder.find(addr)? {
        let (start, end) = vma.range();
        match wanted.judge(addr, start, access::of(vma), vma.file().is_some()) {
            Verdict::Found => return Ok(()),
            Verdict::GoOn => addr = end,
            Verdict::None => break,
        }
    }
    Err(ENOENT)
}

/// A copy of a name, with a NUL after it.
enum NameCopy {
    Path(PathName),
    Text(KVec<u8>),
}

impl NameCopy {
    /// # Errors
    ///
    /// `ENAMETOOLONG` if there is not enough `room`; `ENOMEM`.
    fn of(name: Name<'_>, room: usize) -> Result<Self> {
        let room = room.min(PATH_LEN);
        let parts: [&[u8]; 4] = match name {
            Name::Path(file) => return file.place().name(room).map(Self::Path),
            Name::Fixed(name) => [name, b"\0", b"", b""],
            Name::Given(kind, name) => [kind.as_bytes(), name, b"]", b"\0"],
        };
        let len = parts.iter().map(|part| part.len()).sum();
        if len > room {
            return Err(errno::name_too_long());
        }
        #[expect(clippy::disallowed_methods, reason = "at most what a path has")]
        let mut text = KVec::with_capacity(len, GFP_KERNEL)?;
        for part in parts {
            #[expect(clippy::disallowed_methods, reason = "there is room")]
            text.extend_from_slice(part, GFP_KERNEL)?;
        }
        Ok(Self::Text(text))
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Path(name) => name.as_bytes(),
            Self::Text(name) => name,
        }
    }
}

/// Answers the query at `user`.
///
/// # Errors
///
/// `ENOENT` if there is no such mapping; `ESRCH` without an address space; `ENAMETOOLONG` without
/// room for a part of the answer; those of [`UserQuery::read`].
pub(super) fn answer(mm: Option<&Mm>, user: UserQuery) -> Result {
    user.read(|query| answer_query(mm, query))
}

fn answer_query(mm: Option<&Mm>, mut query: Query<'_>) -> Result {
    let wanted = Wanted::new(query.flags()).ok_or(EINVAL)?;
    query.check_places()?;
    let mm = mm.and_then(|mm| mm.mmget_not_zero()).ok_or(ESRCH)?;

    let mut finder = Finder::new(mm)?;
    find(&mut finder, query.addr(), wanted)?;
    let vma = finder.found().ok_or(ENOENT)?;
    query.describe(vma, access::of(vma).query_flags());
    let name = match query.name_room() {
        Some(room) => vma.name().map(|name| NameCopy::of(name, room)),
        None => None,
    }
    .transpose()?;
    let file = match vma.file() {
        Some(file) if query.wants_build_id() => Some(file.keep()),
        _ => None,
    };
    drop(finder);

    let mut id = [0; BUILD_ID_LEN];
    // Without a build id the rest is answered all the same.
    let len = file.and_then(|file| file.build_id(&mut id).ok());
    let name = name.as_ref().map(NameCopy::as_bytes);
    query.answer(name, len.map(|len| (&id, len)))
}
