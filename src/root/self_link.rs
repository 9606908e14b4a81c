// SPDX-License-Identifier: GPL-2.0

//! `self` and `thread-self`: links to the reader's own directories.
//!
//! Mirrors [`fs/proc/self.c`](srctree/fs/proc/self.c) and
//! [`fs/proc/thread_self.c`](srctree/fs/proc/thread_self.c).

use crate::{
    fs::dir::Key,
    pure::{
        ino,
        text::Text, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        tasks::{
            pid::PidType,
            task::{
                with_current,
                TaskExt, //
            }, //
        },
        vfs::{
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                SetAttr, //
            },
            link::{
                LinkTarget,
                LinkText, //
            },
            super_block::SuperBlock, //
        }, //
    }, //
};
use kernel::{
    alloc::flags::GFP_ATOMIC,
    prelude::*, //
};

/// A link that is always in the root directory.
pub(super) struct RootLink {
    /// Its name.
    pub(super) name: &'static CStr,
    row: u8,
    ops: &'static InodeOps,
}

/// The links, in the order in which they are listed.
pub(super) static LINKS: [RootLink; 2] = [
    RootLink {
        name: c"self",
        row: 0,
        ops: &SELF_OPS,
    },
    RootLink {
        name: c"thread-self",
        row: 1,
        ops: &THREAD_SELF_OPS,
    },
];

impl RootLink {
    /// What its inode number is made of.
    pub(super) fn key(&self) -> Key {
        Key::Root(self.row)
    }

    /// File type and permissions.
    pub(super) fn mode(&self) -> u16 {
        0o120_777
    }

    /// Makes its inode.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn inode(&self, sb: &SuperBlock) -> Result<NewInode> {
        Ok(NewInode::new(sb)?
            .ino(ino::of_root_row(self.row))
            .mode(self.mode())
            .ops(self.ops))
    }
}

static SELF_OPS: InodeOps = InodeOps::of::<SelfLink>();
static THREAD_SELF_OPS: InodeOps = InodeOps::of::<ThreadSelfLink>();

struct SelfLink;
struct ThreadSelfLink;

/// The link's text, `write`n with the reader's process and thread numbers in the instance's
/// namespace.
fn text(inode: &Inode, may_sleep: bool, write: fn(&mut Text<'_>, u64, u64)) -> Result<LinkTarget> {
    let ns = inode.super_block().pid_ns();
    let (tgid, pid) =
        with_current(|task| (task.nr_ns(PidType::Tgid, ns), task.nr_ns(PidType::Pid, ns)));
    // Who is not in the namespace has no directory here.
    if tgid == 0 || pid == 0 {
        return Err(ENOENT);
    }
    let mut buf = [0; 40];
    let mut text = Text::new(&mut buf);
    write(&mut text, tgid as u64, pid as u64);
    let (flags, failed) = if may_sleep {
        (GFP_KERNEL, ENOMEM)
    } else {
        (GFP_ATOMIC, ECHILD)
    };
    let text = LinkText::new(text.filled(), flags).map_err(|_| failed)?;
    Ok(LinkTarget::Text(text))
}

#[vtable]
impl InodeOperations for SelfLink {
    const SETATTR: SetAttr = SetAttr::Default;

    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        text(inode, may_sleep, |out, tgid, _| out.dec(tgid))
    }
}

#[vtable]
impl InodeOperations for ThreadSelfLink {
    const SETATTR: SetAttr = SetAttr::Default;

    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        text(inode, may_sleep, |out, tgid, pid| {
            out.dec(tgid);
            out.field(b"/task/", pid);
        })
    }
}
