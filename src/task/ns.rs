// SPDX-License-Identifier: GPL-2.0

//! `ns`: a link for each namespace that a task is in.
//!
//! Answers to [`fs/proc/namespaces.c`](srctree/fs/proc/namespaces.c). The links lead into nsfs; following and reading one ask for
//! `PTRACE_MODE_READ`.

use crate::{
    fs::{
        base,
        inode,
        node::Node, //
    },
    gate::{
        ptrace::Read,
        Permitted, //
    },
    pure::ino,
    rust_bindings::{
        procfs::random,
        tasks::{
            ns::NsKind,
            pid::FindTask, //
        },
        vfs::{
            dentry::{
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

static DIR_INODE_OPS: InodeOps = InodeOps::of::<NsDir>();
static DIR_OPS: FileOps = FileOps::directory::<NsDir>(Seek::Generic);
static LINK_OPS: InodeOps = InodeOps::of::<NsLink>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &DIR_INODE_OPS,
    file: &DIR_OPS,
};

const LINK_MODE: u16 = 0o120_777;

/// Inode number of the link at `index` in the directory `dir`.
fn child_ino(dir: &Inode, index: usize) -> u64 {
    let row = inode::row(dir).unwrap_or(u8::MAX);
    ino::of_child(
        random::boot_key(),
        inode::pid_ino(dir),
        inode::level(dir),
        row,
        index as u64,
    )
}

#[vtable]
impl InodeOperations for NsDir {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let task = dir.get_task().ok_or(ENOENT)?;
        let (index, kind) = NsKind::all()
            .enumerate()
            .find(|(_, kind)| kind.name() == dentry.name())
            .ok_or(ENOENT)?;
        inode::new(dentry.super_block(), &task, LINK_MODE, dir.tag())?
            .ino(child_ino(dir, index))
            .ns_kind(kind)
            .ops(&LINK_OPS)
            .splice(dentry, &inode::TASK_DENTRY)
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        base::getattr(inode, stat)
    }
}

impl Directory for NsDir {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let dir = emitter.inode();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !emitter.dots() {
            return Ok(());
        }
        let start = usize::try_from(emitter.pos() - 2).unwrap_or(usize::MAX);
        for (index, kind) in NsKind::all().enumerate().skip(start) {
            if !emitter.emit(kind.name(), child_ino(dir, index), DirType::Link) {
                break;
            }
            emitter.set_pos(emitter.pos() + 1);
        }
        Ok(())
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
