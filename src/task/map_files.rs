// SPDX-License-Identifier: GPL-2.0

//! `map_files`: a link for each mapped file of a process, named after the addresses that it is mapped at.
//!
//! Answers to `proc_map_files_lookup()`, `proc_map_files_readdir()` and `map_files_get_link()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). The directory is open to whom `fd` is open to; looking up and listing ask for
//! `PTRACE_MODE_READ`, following a link for more, because it passes by the directories on the way to the file.
//!
//! Locks: the mmap lock for reading. Nothing that the reader's memory or an inode is needed for happens under it.

use super::fd;
use crate::{
    fs::{
        inode,
        link,
        node::Node, //
    },
    gate::{
        self,
        ptrace::Read,
        Permitted, //
    },
    pure::{
        ino,
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
        procfs::random,
        tasks::pid::FindTask,
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps,
                Found,
                Lookup, //
            },
            dir::{
                DirEmitter,
                DirType,
                Directory, //
            },
            file::{
                FileOps,
                Seek, //
            },
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                Mask, //
            },
            link::{
                LinkBuffer,
                LinkTarget,
                Path, //
            },
            under_rcu::Walk, //
        }, //
    }, //
};
use kernel::prelude::*;

struct MapFiles;
struct MapLink;
struct MapDentry;

static DIR_INODE_OPS: InodeOps = InodeOps::of::<MapFiles>();
static DIR_OPS: FileOps = FileOps::directory::<MapFiles>(Seek::Generic);
static LINK_OPS: InodeOps = InodeOps::of::<MapLink>();
static DENTRY_OPS: DentryOps = DentryOps::of::<MapDentry>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &DIR_INODE_OPS,
    file: &DIR_OPS,
};

/// The mode of a link: what its file is open for.
fn link_mode((read, write): (bool, bool)) -> u16 {
    fd::LINK | if read { 0o400 } else { 0 } | if write { 0o200 } else { 0 }
}

/// Inode number of the child for `range` of the directory `dir`.
fn child_ino(dir: &Inode, (start, end): (u64, u64)) -> u64 {
    ino::of_child(
        random::boot_key(),
        inode::pid_ino(dir),
        inode::level(dir),
        inode::row(dir).unwrap_or(u8::MAX),
        key_of_range(start, end),
    )
}

#[vtable]
impl InodeOperations for MapFiles {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let task = dir.get_task().ok_or(ENOENT)?;
        let range = range_of_name(dentry.name()).ok_or(ENOENT)?;
        let mm = gate::memory::mm(&task)?;
        let open_for = MappingsLock::lock(&mm)?
            .exact(range)
            .and_then(|vma| vma.file())
            .ok_or(ENOENT)?
            .open_for();
        inode::new(dentry.super_block(), &task, link_mode(open_for), dir.tag())?
            .ino(child_ino(dir, range))
            .range(range)
            .size(fd::LINK_SIZE)
            .ops(&LINK_OPS)
            .splice_unmountable(dentry, &DENTRY_OPS)
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        fd::permission(inode, mask)
    }
}

/// The ranges of the mapped files, without the first `skip` of them.
fn ranges(mm: &kernel::mm::MmWithUser, skip: usize) -> Result<KVVec<(u64, u64)>> {
    let lock = MappingsLock::lock(mm)?;
    let mut ranges = KVVec::new();
    for vma in lock.iter().filter(|vma| vma.file().is_some()).skip(skip) {
        ranges.push(vma.range(), GFP_KERNEL)?;
    }
    Ok(ranges)
}

impl Directory for MapFiles {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let dir = emitter.inode();
        let task = dir.get_task().ok_or(ENOENT)?;
        if !emitter.dots() {
            return Ok(());
        }
        let mm = match gate::memory::mm(&task) {
            // Without an address space the directory is empty.
            Err(err) if err == ESRCH => return Ok(()),
            mm => mm?,
        };
        let skip = usize::try_from(emitter.pos() - 2).unwrap_or(usize::MAX);
        for range in ranges(&mm, skip)? {
            let mut buf = [0; NAME_LEN];
            let mut name = Text::new(&mut buf);
            name_of_range(range.0, range.1, &mut name);
            if !emitter.emit(name.filled(), child_ino(dir, range), DirType::Link) {
                break;
            }
            emitter.set_pos(emitter.pos() + 1);
        }
        Ok(())
    }
}

fn target(permitted: &Permitted<'_, Read>, inode: &Inode) -> Result<Path> {
    let mm = mm::of_task(permitted.task()).ok_or(ENOENT)?;
    let path = MappingsLock::lock(&mm)?
        .exact(inode.range())
        .and_then(|vma| vma.file())
        .map(|file| file.place().to_path());
    path.ok_or(ENOENT)
}

#[vtable]
impl InodeOperations for MapLink {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        gate::directory::follow_mapped_file()?;
        link::resolve(inode, target).map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        buffer.path(&link::resolve(inode, target)?)
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
            inode::own(inode, &task, inode.mode());
        }
        Ok(mapped)
    }
}
