// SPDX-License-Identifier: GPL-2.0

//! `ns`: a link for each namespace that a task is in.
//!
//! Mirrors [`fs/proc/namespaces.c`](srctree/fs/proc/namespaces.c). The links lead into nsfs;
//! following and reading one ask for `PTRACE_MODE_READ`.

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
            LinkEntry,
            TEXT_LEN, //
        },
        request::Which,
        task_inode, //
    },
    gate::{
        ptrace::Read,
        Anyone,
        Permitted, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        tasks::{
            ns::NsKind,
            pid::FindTask, //
        },
        vfs::{
            dentry::{
                Found,
                Lookup, //
            },
            inode::Inode,
            inode_ops::Kstat,
            link::Path, //
        }, //
    }, //
};
use kernel::prelude::*;

struct NsLink;

const LINK_MODE: u16 = 0o120_777;

/// The link for a kind of namespace, which stands at a place in the directory.
pub(super) struct NsEntry(usize, NsKind);

impl Child for NsEntry {
    fn mode(&self) -> u16 {
        LINK_MODE
    }

    fn key(&self) -> Key {
        Key::Name(self.0 as u64)
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        new.ns_kind(self.1)
            .ops(Link::<Read, NsLink>::OPS)
            .splice(dentry, &task_inode::ENTRY_DENTRY)
    }
}

/// `ns`.
pub(super) struct NsDir;

#[vtable]
impl Children for NsDir {
    type Child = NsEntry;
    type Gate = Anyone;

    fn find(dir: &Inode, name: &[u8]) -> Result<(NsEntry, Owner)> {
        let _task = dir.get_task().ok_or(ENOENT)?;
        let (index, kind) = NsKind::all()
            .enumerate()
            .find(|(_, kind)| kind.name() == name)
            .ok_or(ENOENT)?;
        Ok((NsEntry(index, kind), Owner::Dir))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        if listing.dir().get_task().is_none() {
            return Err(ENOENT);
        }
        if !listing.dots() {
            return Ok(());
        }
        for (index, kind) in NsKind::all().enumerate().skip(listing.skip()) {
            let (pos, key) = (listing.pos(), NsEntry(index, kind).key());
            if !listing.child(pos, kind.name(), LINK_MODE, key) {
                break;
            }
        }
        Ok(())
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        task_inode::getattr(inode, stat)
    }
}

impl LinkEntry<Read> for NsLink {
    // Unlike other links these are refused once the task is reaped.
    const GONE: Error = EACCES;

    fn target(permitted: &Permitted<'_, Read>, which: Which<'_>) -> Result<Path> {
        let kind = which.ns_kind().ok_or(ENOENT)?;
        kind.path_of(permitted.task())
    }

    fn text(
        permitted: &Permitted<'_, Read>,
        which: Which<'_>,
        text: &mut [u8; TEXT_LEN],
    ) -> Result<Option<usize>> {
        let kind = which.ns_kind().ok_or(ENOENT)?;
        kind.text_of(permitted.task(), text).map(Some)
    }
}
