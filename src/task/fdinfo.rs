// SPDX-License-Identifier: GPL-2.0

//! `fdinfo`: what is known of each open file of a task.
//!
//! Answers to [`fs/proc/fd.c`](srctree/fs/proc/fd.c). The directory and every file in it ask for `PTRACE_MODE_READ` at each lookup
//! and open; nothing is asked at read. The lines behind the first four come from the file's own driver.

use super::fd::{
    FdEntry,
    ForFd, //
};
use crate::{
    fs::{
        dir::{
            Children,
            Dir,
            Listing,
            Owner, //
        },
        node::Node, //
    },
    gate,
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::{
        procfs::{
            new_inode::NewInode,
            seq_record::SeqShow, //
        },
        tasks::{
            files::{
                DescribedFile,
                OpenMode, //
            },
            pid::FindTask, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
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

static INODE_OPS: InodeOps = InodeOps::of::<FdInfo>();
static OPS: FileOps = FileOps::seq::<FdInfo>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: Dir::<FdInfoDir>::INODE_OPS,
    file: Dir::<FdInfoDir>::FILE_OPS,
};

impl ForFd for FdInfo {
    fn mode(_open: OpenMode) -> u16 {
        0o100_444
    }

    fn complete(new: NewInode) -> NewInode {
        new.ops(&INODE_OPS).file_ops(&OPS)
    }
}

#[vtable]
impl Children for FdInfoDir {
    type Child = FdEntry<FdInfo>;
    const GATE: &'static str = "Read";

    fn find(dir: &Inode, name: &[u8]) -> Result<(Self::Child, Owner)> {
        FdEntry::find(dir, name)
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        FdEntry::<FdInfo>::list(listing)
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        gate::directory::fdinfo(inode)?;
        inode.generic_permission(mask.bits())
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
