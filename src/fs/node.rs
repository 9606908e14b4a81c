// SPDX-License-Identifier: GPL-2.0

//! What an entry is to the VFS: the operations of its inode, and those of files that are opened on
//! it.
//!
//! Mirrors the macros `DIR()`, `LNK()`, `REG()` and `ONE()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::decide;
use crate::rust_bindings::{
    procfs::new_inode::NewInode,
    vfs::{
        file::FileOps,
        inode_ops::{
            InodeOps,
            PlainFile, //
        }, //
    }, //
};

/// What an entry is.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    /// A directory.
    Dir {
        /// Its inode's operations.
        inode: &'static InodeOps,
        /// Those of reading it.
        file: &'static FileOps,
    },
    /// The `net` of a task, which the kernel's own operations serve, through a filter in an
    /// instance with a policy.
    KernelDir {
        /// Its inode's operations.
        inode: fn() -> &'static InodeOps,
        /// Those of reading it.
        file: fn() -> &'static FileOps,
    },
    /// A link.
    Link(&'static InodeOps),
    /// A file.
    File {
        /// Its inode's operations.
        inode: &'static InodeOps,
        /// Those of the file.
        file: &'static FileOps,
    },
    /// A file that the kernel's own operations serve.
    KernelFile(fn() -> &'static FileOps),
}

/// The operations of an inode with nothing but a fixed mode.
pub(crate) static PLAIN: InodeOps = InodeOps::of::<PlainFile>();

impl Node {
    /// A file whose mode alone decides who may open it.
    pub(crate) const fn plain(file: &'static FileOps) -> Self {
        Self::File {
            inode: &PLAIN,
            file,
        }
    }

    /// Gives an inode that is being made the operations of this entry.
    #[inline]
    pub(crate) fn complete(&'static self, new: NewInode) -> NewInode {
        match self {
            Node::Dir { inode, file } => new.nlink(2).ops(inode).file_ops(file),
            Node::KernelDir { inode, file } => {
                let new = new.nlink(2);
                match decide::net_dir(&new) {
                    None => new.ops(inode()).file_ops(file()),
                    Some((word, inode, file)) => new.word(word).ops(inode).file_ops(file),
                }
            }
            Node::Link(inode) => new.ops(inode),
            Node::File { inode, file } => new.ops(inode).file_ops(file),
            Node::KernelFile(file) => new.ops(&PLAIN).file_ops(file()),
        }
    }
}
