// SPDX-License-Identifier: GPL-2.0

//! `fdinfo`: what is known of each open file of a task.
//!
//! Answers to [`fs/proc/fd.c`](srctree/fs/proc/fd.c). The directory and every file in it ask for `PTRACE_MODE_READ` at each lookup
//! and open; nothing is asked at read. The lines behind the first four come from the file's own driver.

use super::fd;
use crate::{
    fs::node::Node,
    gate,
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::{
        procfs::seq_record::SeqShow,
        tasks::{
            files::DescribedFile,
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
                File,
                FileOps,
                Seek, //
            },
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                Mask, //
            },
            seq::SeqFile, //
        }, //
    }, //
};
use kernel::prelude::*;

struct FdInfoDir;
struct FdInfo;

static DIR_INODE_OPS: InodeOps = InodeOps::of::<FdInfoDir>();
static DIR_OPS: FileOps = FileOps::directory::<FdInfoDir>(Seek::Generic);
static INODE_OPS: InodeOps = InodeOps::of::<FdInfo>();
static OPS: FileOps = FileOps::seq::<FdInfo>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &DIR_INODE_OPS,
    file: &DIR_OPS,
};

#[vtable]
impl InodeOperations for FdInfoDir {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        fd::lookup_child(
            dir,
            dentry,
            |_| 0o100_444,
            |inode| inode.ops(&INODE_OPS).file_ops(&OPS),
        )
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        gate::directory::fdinfo(inode)?;
        inode.generic_permission(mask.bits())
    }
}

impl Directory for FdInfoDir {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        fd::iterate_children(emitter, DirType::File)
    }
}

#[vtable]
impl InodeOperations for FdInfo {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        gate::directory::fdinfo(inode)?;
        inode.generic_permission(mask.bits())
    }
}

impl SeqShow for FdInfo {
    fn show(seq: &SeqFile, _file: &File, inode: &Inode) -> Result {
        let task = inode.get_task().ok_or(ENOENT)?;
        let file = DescribedFile::of(&task, inode.fd()).ok_or(ENOENT)?;
        let mut buf = [0; 128];
        let mut text = Text::new(&mut buf);
        show::fdinfo::FdInfo {
            pos: file.pos(),
            flags: file.flags(),
            mnt_id: file.mnt_id(),
            ino: file.ino(),
        }
        .show(&mut text);
        seq.write(text.filled());
        file.show_locks(seq);
        if !seq.overflowed() {
            file.show_fdinfo(seq);
        }
        Ok(())
    }
}
