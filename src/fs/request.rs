// SPDX-License-Identifier: GPL-2.0

//! What an entry is told of the system call that it is used in, besides the task that its gate
//! gives it.

use super::task_inode;
use crate::{
    pure::entry::Level,
    rust_bindings::{
        credentials::{
            cred::UserNamespace,
            opener::Opener, //
        },
        tasks::{
            ns::NsKind,
            pid::Pid, //
        },
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

/// Which of the entries of its kind an entry is, and whose.
#[derive(Clone, Copy)]
pub(crate) struct Which<'a>(&'a Inode);

impl<'a> Which<'a> {
    /// The one that `inode` is.
    pub(super) fn of(inode: &'a Inode) -> Self {
        Self(inode)
    }

    /// The pid namespace of the instance.
    pub(crate) fn pid_ns(self) -> &'a PidNamespace {
        self.0.super_block().pid_ns()
    }

    /// The struct pid that the entry belongs to, for its numbers.
    ///
    /// # Errors
    ///
    /// `ESRCH` if there is none, which no entry of a task meets.
    pub(crate) fn pid(self) -> Result<&'a Pid> {
        self.0.pid().ok_or(ESRCH)
    }

    /// Whether the entry speaks of the whole thread group.
    pub(crate) fn whole_group(self) -> bool {
        task_inode::level(self.0) == Level::ThreadGroup
    }

    /// The number of the file descriptor that the entry stands for.
    pub(crate) fn fd(self) -> u32 {
        self.0.fd()
    }

    /// The range of addresses that the entry stands for.
    pub(crate) fn range(self) -> (u64, u64) {
        self.0.range()
    }

    /// The kind of namespace that the entry stands for.
    pub(crate) fn ns_kind(self) -> Option<NsKind> {
        self.0.ns_kind()
    }

    /// The number that the entry's directory has given it.
    #[cfg(CONFIG_SECURITY)]
    pub(crate) fn word(self) -> u64 {
        self.0.word()
    }
}

/// A read or a write.
pub(crate) struct Request<'a> {
    which: Which<'a>,
    opener: Opener<'a>,
}

impl<'a> Request<'a> {
    /// Through `file`, which `inode` is that of.
    #[inline(always)]
    pub(super) fn new(file: &'a File, inode: &'a Inode) -> Self {
        Self {
            which: Which(inode),
            opener: Opener::of(file),
        }
    }

    /// Which entry it is of.
    pub(crate) fn which(&self) -> Which<'a> {
        self.which
    }

    /// Whoever opened the file.
    pub(crate) fn opener(&self) -> Opener<'a> {
        self.opener
    }

    /// The user namespace that ids are shown in: that of whoever opened the file.
    pub(crate) fn user_ns(&self) -> &'a UserNamespace {
        self.opener.user_ns()
    }

    /// See [`Which::pid_ns`].
    pub(crate) fn pid_ns(&self) -> &'a PidNamespace {
        self.which.pid_ns()
    }

    /// See [`Which::pid`].
    ///
    /// # Errors
    ///
    /// Those of [`Which::pid`].
    pub(crate) fn pid(&self) -> Result<&'a Pid> {
        self.which.pid()
    }

    /// See [`Which::whole_group`].
    pub(crate) fn whole_group(&self) -> bool {
        self.which.whole_group()
    }
}
