// SPDX-License-Identifier: GPL-2.0

//! `ns`: a link for each namespace that a task is in.
//!
//! Answers to [`fs/proc/namespaces.c`](srctree/fs/proc/namespaces.c). The links lead into nsfs; following and reading one ask for
//! `PTRACE_MODE_READ`.

use crate::{
    fs::{
        dir::{
            Child,
            Children,
            Dir,
            Key,
            Listing,
            Owner, //
        },
        node::Node,
        task_inode, //
    },
    gate::{
        ptrace::Read,
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
            inode_ops::{
                InodeOperations,
                InodeOps,
                Kstat, //
            },
            link::{
                LinkBuffer,
                LinkTarget, //
            }, //
        }, //
    }, //
};
use kernel::prelude::*;

struct NsDir;
struct NsLink;

static LINK_OPS: InodeOps = InodeOps::of::<NsLink>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: Dir::<NsDir>::INODE_OPS,
    file: Dir::<NsDir>::FILE_OPS,
};

const LINK_MODE: u16 = 0o120_777;

/// The link for a kind of namespace, which stands at a place in the directory.
struct NsEntry(usize, NsKind);

impl Child for NsEntry {
    fn mode(&self) -> u16 {
        LINK_MODE
    }

    fn key(&self) -> Key {
        Key::Name(self.0 as u64)
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        new.ns_kind(self.1)
            .ops(&LINK_OPS)
            .splice(dentry, &task_inode::ENTRY_DENTRY)
    }
}

#[vtable]
impl Children for NsDir {
    type Child = NsEntry;
    const GATE: &'static str = "Anyone";

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

#[vtable]
impl InodeOperations for NsLink {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        let (task, kind) = subject(inode)?;
        let permitted = Permitted::<Read>::ask(&task, None)?;
        kind.path_of(permitted.task()).map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        let (task, kind) = subject(inode)?;
        let permitted = Permitted::<Read>::ask(&task, None)?;
        let mut text = [0; 50];
        let len = kind.text_of(permitted.task(), &mut text)?;
        buffer.text(text.get(..len).unwrap_or(&[]))
    }
}

/// The task and the kind of namespace that a link is about; unlike other links these are refused once the task is reaped.
fn subject(inode: &Inode) -> Result<(kernel::sync::aref::ARef<kernel::task::Task>, NsKind)> {
    Ok((
        inode.get_task().ok_or(EACCES)?,
        inode.ns_kind().ok_or(ENOENT)?,
    ))
}
