// SPDX-License-Identifier: GPL-2.0

//! What an entry is to the VFS: the operations of its inode, and those of files that are opened on it.
//!
//! Answers to `union proc_op` and the macros `DIR()`, `LNK()`, `REG()` and `ONE()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::{
    formatter,
    link,
    text::{
        self,
        Show, //
    }, //
};
use crate::rust_bindings::{
    procfs::{
        kernel_files::Formatter,
        new_inode::NewInode, //
    },
    vfs::{
        file::FileOps,
        inode_ops::InodeOps, //
    }, //
};

/// What an entry is.
pub(crate) enum Node {
    /// A directory.
    Dir {
        /// Its inode's operations.
        inode: &'static InodeOps,
        /// Those of reading it.
        file: &'static FileOps,
    },
    /// A directory that the kernel's own operations serve.
    KernelDir {
        /// Its inode's operations.
        inode: fn() -> &'static InodeOps,
        /// Those of reading it.
        file: fn() -> &'static FileOps,
    },
    /// A magic link.
    Link(link::Target),
    /// A single record of text.
    Text(Show),
    /// A file with operations of its own.
    File {
        /// Its inode's operations.
        inode: &'static InodeOps,
        /// Those of the file.
        file: &'static FileOps,
    },
    /// A file that a subsystem's function writes.
    Formatter(Formatter),
    /// A file that the kernel's own operations serve.
    KernelFile(fn() -> &'static FileOps),
}

impl Node {
    /// Gives an inode that is being made the operations of this entry.
    #[inline]
    pub(crate) fn complete(&'static self, new: NewInode) -> NewInode {
        match self {
            Node::Dir { inode, file } => new.nlink(2).ops(inode).file_ops(file),
            Node::KernelDir { inode, file } => new.nlink(2).ops(inode()).file_ops(file()),
            Node::Link(_) => new.ops(&link::OPS),
            Node::Text(_) => new.ops(&text::INODE_OPS).file_ops(&text::FILE_OPS),
            Node::File { inode, file } => new.ops(inode).file_ops(file),
            Node::Formatter(_) => new.ops(&text::INODE_OPS).file_ops(&formatter::FILE_OPS),
            Node::KernelFile(file) => new.ops(&text::INODE_OPS).file_ops(file()),
        }
    }
}
