// SPDX-License-Identifier: GPL-2.0

//! What an instance shows of the kernel's registry: the questions that its directories and files
//! ask.

use crate::rust_bindings::{
    procfs::view_file::ViewOps,
    vfs::{
        inode::Inode,
        super_block::SuperBlock, //
    }, //
};

/// What a policy says of a name.
pub(crate) struct Verdict {
    /// The word of the entry's inode.
    pub(crate) word: u64,
    /// It is there for what is below it, and so is not there if it is no directory.
    pub(crate) only_directory: bool,
}

/// What decides.
pub(crate) trait Decide: 'static {
    /// What there is of `name` in a directory, which may be any in an instance with a policy that
    /// is no task's, and the `net` of a task; `None` if nothing.
    fn child(dir: &Inode, name: &[u8]) -> Option<Verdict>;

    /// Whether an entry that [`Decide::child`] has given this word can be written.
    fn writable(word: u64) -> bool;

    /// What takes the place of the kernel's own file `name` in the root, or in that directory of
    /// the root, if anything does.
    fn view(sb: &SuperBlock, dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps>;

    /// The inode number of `name` in a directory of `sys`.
    fn number(dir: &Inode, name: &[u8]) -> u64;
}
