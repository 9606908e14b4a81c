// SPDX-License-Identifier: GPL-2.0

//! What an entry is told of the system call that it is used in, besides the task that its gate gives it.

use super::task_inode;
use crate::{
    pure::entry::Level,
    rust_bindings::{
        credentials::{
            cred::UserNamespace,
            opener::Opener, //
        },
        tasks::pid::Pid,
        vfs::{
            file::File,
            inode::Inode, //
        }, //
    }, //
};
use kernel::{
    pid_namespace::PidNamespace,
    prelude::*, //
};

/// A read or a write.
pub(crate) struct Request<'a> {
    inode: &'a Inode,
    opener: Opener<'a>,
}

impl<'a> Request<'a> {
    /// Through `file`, which `inode` is that of.
    #[inline(always)]
    pub(super) fn new(file: &'a File, inode: &'a Inode) -> Self {
        Self {
            inode,
            opener: Opener::of(file),
        }
    }

    /// Whoever opened the file.
    pub(crate) fn opener(&self) -> Opener<'a> {
        self.opener
    }

    /// The user namespace that ids are shown in: that of whoever opened the file.
    pub(crate) fn user_ns(&self) -> &'a UserNamespace {
        self.opener.user_ns()
    }

    /// The pid namespace of the instance.
    pub(crate) fn pid_ns(&self) -> &'a PidNamespace {
        self.inode.super_block().pid_ns()
    }

    /// The struct pid that the entry belongs to, for its numbers.
    ///
    /// # Errors
    ///
    /// `ESRCH` if there is none, which no entry of a task meets.
    pub(crate) fn pid(&self) -> Result<&'a Pid> {
        self.inode.pid().ok_or(ESRCH)
    }

    /// Whether the entry speaks of the whole thread group.
    pub(crate) fn whole_group(&self) -> bool {
        task_inode::level(self.inode) == Level::ThreadGroup
    }
}
