// SPDX-License-Identifier: GPL-2.0

//! Entries that are a single record of text: the row says who formats it and behind which gate.
//!
//! Answers to `proc_single_show()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::inode;
#[cfg(CONFIG_STACKTRACE)]
use crate::gate::AdminAttach;
use crate::{
    fs::node::Node,
    gate::{
        self,
        Anyone,
        Asked,
        Attach,
        Permitted,
        Read, //
    },
    pure::{
        entry::Level,
        text::Text, //
    },
    rust_bindings::{
        credentials::cred::UserNamespace,
        procfs::record::Record,
        tasks::{
            pid::{
                FindTask,
                Pid, //
            },
            task::Ptrace, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode,
            inode_ops::{
                InodeOps,
                PlainFile, //
            }, //
        }, //
    },
    task::TABLE, //
};
use kernel::{
    pid_namespace::PidNamespace,
    prelude::*, //
};

/// The read that a text is for.
pub(crate) struct Reading<'a> {
    file: &'a File,
    inode: &'a Inode,
}

impl<'a> Reading<'a> {
    /// The pid namespace of the instance.
    pub(crate) fn pid_ns(&self) -> &'a PidNamespace {
        self.inode.super_block().pid_ns()
    }

    /// The user namespace that ids are shown in: that of whoever opened the file.
    pub(crate) fn user_ns(&self) -> &'a UserNamespace {
        self.file.opener_user_ns()
    }

    /// The identity that the entry belongs to.
    pub(crate) fn pid(&self) -> Result<&'a Pid> {
        self.inode.pid().ok_or(ESRCH)
    }

    /// Whether the entry speaks of the whole thread group.
    pub(crate) fn whole_group(&self) -> bool {
        inode::level(self.inode) == Level::ThreadGroup
    }
}

/// Who formats a text, and the gate in front of it.
pub(crate) enum Show {
    /// Everyone may read it.
    Anyone(fn(&Permitted<'_, Anyone>, &Reading<'_>, &mut Text<'_>) -> Result),
    /// `PTRACE_MODE_READ`, or `EACCES`.
    Read(fn(&Permitted<'_, Read>, &Reading<'_>, &mut Text<'_>) -> Result),
    /// `PTRACE_MODE_ATTACH`, or `EPERM`.
    Attach(fn(&Permitted<'_, Attach>, &Reading<'_>, &mut Text<'_>) -> Result),
    /// `CAP_SYS_ADMIN` in the initial user namespace, or `EACCES`; then as [`Show::Attach`].
    #[cfg(CONFIG_STACKTRACE)]
    AdminAttach(fn(&Permitted<'_, AdminAttach>, &Reading<'_>, &mut Text<'_>) -> Result),
    /// Everyone may read it, but some see less.
    Asked(
        Ptrace,
        fn(&Asked<'_>, &Reading<'_>, &mut Text<'_>) -> Result,
    ),
}

impl Show {
    fn show(&self, reading: &Reading<'_>, out: &mut Text<'_>) -> Result {
        let task = reading.inode.get_task().ok_or(ESRCH)?;
        match self {
            Show::Anyone(show) => show(&gate::anyone(&task), reading, out),
            Show::Read(show) => show(&gate::read(&task)?, reading, out),
            Show::Attach(show) => show(&gate::attach(&task)?, reading, out),
            #[cfg(CONFIG_STACKTRACE)]
            Show::AdminAttach(show) => {
                show(&gate::admin_attach(reading.file, &task)?, reading, out)
            }
            Show::Asked(mode, show) => show(&gate::ask(&task, *mode)?, reading, out),
        }
    }
}

/// A file whose text the row's `show` writes.
pub(crate) struct TextFile;

impl Record for TextFile {
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let show = match inode::row(inode).and_then(|row| TABLE.get(row)) {
            Some(entry) => match &entry.kind {
                Node::Text(show) => show,
                _ => return Err(EINVAL),
            },
            None => return Err(EINVAL),
        };
        let mut text = Text::new(buf);
        show.show(&Reading { file, inode }, &mut text)?;
        Ok(text.len())
    }
}

/// The operations of such a file.
pub(crate) static FILE_OPS: FileOps = FileOps::record::<TextFile>();

/// The operations of a plain file's inode.
pub(crate) static INODE_OPS: InodeOps = InodeOps::of::<PlainFile>();
