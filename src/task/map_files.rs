// SPDX-License-Identifier: GPL-2.0

//! `map_files`: a link for each mapped file of a process, named after the addresses that it is
//! mapped at.
//!
//! Mirrors `proc_map_files_lookup()`, `proc_map_files_readdir()` and `map_files_get_link()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). The directory is open to the same callers as `fd`;
//! looking up and listing ask for `PTRACE_MODE_READ`, following a link for more, because it passes
//! by the directories on the way to the file.
//!
//! Listing goes on from the mapping that the reader had no room for, and notes a few at a time:
//! procfs counts to the reader's position in each call.
//!
//! Locks: the mmap lock for reading. Nothing that the reader's memory or an inode is needed for
//! happens under it.

use super::fd;
use crate::{
    fs::{
        dir::{
            Child,
            Children,
            Key,
            Listing,
            Owner, //
        },
        link::{
            Link,
            LinkEntry, //
        },
        request::Which,
        task_inode, //
    },
    gate::{
        self,
        directory::OwnerOrSelf,
        ptrace::Read,
        Permitted, //
    },
    pure::{
        map_files::{
            key_of_range,
            name_of_range,
            range_of_name,
            NAME_LEN, //
        },
        text::Text, //
    },
    rust_bindings::{
        memory::{
            mm,
            vma_lock::MappingsLock, //
        },
        procfs::new_inode::NewInode,
        tasks::pid::FindTask,
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps,
                Found,
                Lookup, //
            },
            inode::Inode,
            link::Path,
            under_rcu::Walk, //
        }, //
    }, //
};
use kernel::{
    mm::MmWithUser,
    prelude::*, //
};

struct MapLink;
struct MapDentry;

static DENTRY_OPS: DentryOps = DentryOps::of::<MapDentry>();

/// First address of a mapping, and the first after it.
type Range = (u64, u64);

/// The link for a mapped file: where it is mapped, and what it is open for.
#[derive(Clone, Copy, Default)]
pub(super) struct Mapped {
    range: Range,
    open_for: (bool, bool),
}

impl Child for Mapped {
    fn mode(&self) -> u16 {
        let (read, write) = self.open_for;
        fd::LINK | if read { 0o400 } else { 0 } | if write { 0o200 } else { 0 }
    }

    fn key(&self) -> Key {
        let (start, end) = self.range;
        Key::Name(key_of_range(start, end))
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        new.range(self.range)
            .size(fd::LINK_SIZE)
            .ops(Link::<Read, MapLink>::OPS)
            .splice_unmountable(dentry, &DENTRY_OPS)
    }
}

/// So many mappings are noted under the lock before they are emitted.
const BATCH: usize = 16;

/// Where a listing goes on.
#[derive(Clone, Copy)]
enum From {
    /// After so many mapped files, as procfs counts them.
    Nth(usize),
    /// At the mapping with this address, or after it.
    Address(u64),
}

/// Notes mapped files, and gives those.
fn note<'b>(mm: &MmWithUser, from: From, batch: &'b mut [Mapped; BATCH]) -> Result<&'b [Mapped]> {
    let (addr, skip) = match from {
        From::Nth(skip) => (0, skip),
        From::Address(addr) => (addr, 0),
    };
    let lock = MappingsLock::lock(mm)?;
    let mut noted = 0;
    let mapped = lock.iter_from(addr).filter_map(|vma| {
        let open_for = vma.file()?.open_for();
        let range = vma.range();
        Some(Mapped { range, open_for })
    });
    for (place, mapped) in batch.iter_mut().zip(mapped.skip(skip)) {
        *place = mapped;
        noted += 1;
    }
    drop(lock);
    Ok(batch.get(..noted).unwrap_or_default())
}

/// `map_files`.
pub(super) struct MapFiles;

#[vtable]
impl Children for MapFiles {
    type Child = Mapped;
    type Gate = OwnerOrSelf;
    const COOKIE: bool = true;

    fn find(dir: &Inode, name: &[u8]) -> Result<(Mapped, Owner)> {
        let task = dir.get_task().ok_or(ENOENT)?;
        let range = range_of_name(name).ok_or(ENOENT)?;
        let mm = gate::memory::mm(&task)?;
        let open_for = MappingsLock::lock(&mm)?
            .exact(range)
            .and_then(|vma| vma.file())
            .ok_or(ENOENT)?
            .open_for();
        Ok((Mapped { range, open_for }, Owner::Dir))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let task = listing.dir().get_task().ok_or(ENOENT)?;
        if !listing.dots() {
            return Ok(());
        }
        let mm = match gate::memory::mm(&task) {
            // Without an address space the directory is empty.
            Err(err) if err == ESRCH => return Ok(()),
            mm => mm?,
        };
        let mut from = match listing.take_cookie() {
            0 => From::Nth(listing.skip()),
            addr => From::Address(addr),
        };
        let mut batch = [Mapped::default(); BATCH];
        loop {
            let noted = note(&mm, from, &mut batch)?;
            for mapped in noted {
                let (start, end) = mapped.range;
                let mut buf = [0; NAME_LEN];
                let mut name = Text::new(&mut buf);
                name_of_range(start, end, &mut name);
                let pos = listing.pos();
                if !listing.child(pos, name.filled(), mapped.mode(), mapped.key()) {
                    listing.set_cookie(start);
                    return Ok(());
                }
            }
            match noted {
                [.., last] if noted.len() == BATCH => from = From::Address(last.range.1),
                _ => return Ok(()),
            }
        }
    }
}

impl LinkEntry<Read> for MapLink {
    fn may_follow() -> Result {
        gate::directory::may_follow_mapped_file()
    }

    fn target(permitted: &Permitted<'_, Read>, which: Which<'_>) -> Result<Path> {
        let mm = mm::of_task(permitted.task()).ok_or(ENOENT)?;
        let path = MappingsLock::lock(&mm)?
            .exact(which.range())
            .and_then(|vma| vma.file())
            .map(|file| file.place().to_path());
        path.ok_or(ENOENT)
    }
}

impl DentryOperations for MapDentry {
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        if walk.in_rcu() {
            return Err(ECHILD);
        }
        let Some(task) = inode.get_task() else {
            return Ok(false);
        };
        // Whoever may not look is sent to lookup, which says so.
        let Ok(mm) = gate::memory::mm(&task) else {
            return Ok(false);
        };
        let mapped = MappingsLock::lock(&mm)?.exact(inode.range()).is_some();
        drop(mm);
        if mapped {
            task_inode::update(inode, &task);
        }
        Ok(mapped)
    }
}
