// SPDX-License-Identifier: GPL-2.0

//! Directories: the one lookup and the one listing of everything that is not the kernel's own.
//!
//! A kind of directory says how a child is found by name and how children are listed
//! ([`Children`]); names, inode numbers, types and positions of a child are the same in both, for
//! they come from the same [`Child`] and the same [`number`].
//!
//! Mirrors `proc_pident_lookup()`, `proc_pident_readdir()` and `proc_fill_cache()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Nothing here is called under a lock but RCU walk's;
//! see [`Children`].

use super::{
    node::Node,
    task_inode, //
};
use crate::{
    gate::directory::DirectoryGate,
    pure::{
        entry::Level,
        ino, //
    },
    rust_bindings::{
        procfs::{
            new_inode::NewInode,
            random, //
        },
        tasks::pid::Pid,
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
                Kstat,
                Mask,
                SetAttr, //
            }, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    prelude::*,
    sync::aref::ARef, //
};

/// What the inode number of a child is made of.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    /// A row of the table of a task's entries, in the directory of that task.
    Row(u8),
    /// The directory of a task, by `pid->ino`.
    Task(u64, Level),
    /// The number that names a child in its directory, which has a number of its own.
    Name(u64),
    /// A row of the root's numbers.
    Root(u8),
    /// The number that the child's maker has made of its name.
    Made(u64),
}

/// The inode number of a child of `dir`.
#[inline(always)] // Every lookup and every listed entry comes here, with a key of a known kind.
fn number(dir: &Inode, key: Key) -> u64 {
    match key {
        Key::Row(row) => ino::of_row(task_inode::pid_ino(dir), task_inode::level(dir), row),
        Key::Task(pid_ino, level) => ino::of_directory(pid_ino, level),
        Key::Name(name) => ino::of_child(random::boot_key(), dir.ino(), name),
        Key::Root(row) => ino::of_root_row(row),
        Key::Made(number) => number,
    }
}

/// Whose a child is.
pub(crate) enum Owner {
    /// The task's that the directory belongs to.
    Dir,
    /// The task's with this struct pid.
    Task(ARef<Pid>),
    /// Root's; it belongs to no task.
    Root,
}

/// A child that was found by its name.
pub(crate) trait Child {
    /// File type and permissions.
    fn mode(&self) -> u16;

    /// What its inode number is made of.
    fn key(&self) -> Key;

    /// Completes the inode, which has mode, number, task and owner, and gives it to the dentry.
    ///
    /// # Errors
    ///
    /// Those of [`NewInode::splice`].
    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found>;
}

/// Finds and lists the children of one kind of directory.
#[vtable]
pub(crate) trait Children: 'static {
    /// A child that was found.
    type Child: Child;
    /// The gate in front of the directory.
    type Gate: DirectoryGate;
    /// Whether the directory leaves a cookie in an open file, which a seek resets.
    const COOKIE: bool = false;
    /// How attributes are set.
    const SETATTR: SetAttr = SetAttr::ByProc;

    /// Finds a child by its name, and whose it is. May sleep.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is none.
    fn find(dir: &Inode, name: &[u8]) -> Result<(Self::Child, Owner)>;

    /// Looks among what the kernel's own code makes inodes of, where [`Children::find`] has failed
    /// with `err`.
    ///
    /// # Errors
    ///
    /// `err` if there is nothing.
    #[inline]
    fn find_in_kernel(_dir: &Inode, _dentry: Lookup<'_>, err: Error) -> Result<Found> {
        Err(err)
    }

    /// Lists children from the reader's position on, until it takes no more. May sleep; holds no
    /// lock while an entry is emitted.
    ///
    /// # Errors
    ///
    /// `ENOENT` once the task is reaped.
    fn list(listing: &mut Listing<'_, '_>) -> Result;

    /// Completes what stat shows.
    ///
    /// # Errors
    ///
    /// Those of the gate.
    fn getattr(_inode: &Inode, _stat: &mut Kstat) -> Result {
        Ok(())
    }
}

/// A reader of a directory.
pub(crate) struct Listing<'e, 'a>(&'e mut DirEmitter<'a>);

impl<'a> Listing<'_, 'a> {
    /// The position of a directory's first child after `.` and `..`, where children are numbered
    /// from 0.
    pub(crate) const FIRST: i64 = 2;

    /// The directory.
    pub(crate) fn dir(&self) -> &'a Inode {
        self.0.inode()
    }

    /// Where the reader is.
    pub(crate) fn pos(&self) -> i64 {
        self.0.pos()
    }

    /// How many children the reader has behind it, where they are numbered from 0.
    pub(crate) fn skip(&self) -> usize {
        usize::try_from(self.pos() - Self::FIRST).unwrap_or(usize::MAX)
    }

    /// Moves the reader.
    pub(crate) fn set_pos(&mut self, pos: i64) {
        self.0.set_pos(pos);
    }

    /// Emits `.` and `..` if the reader is still before them; false if it takes no more.
    pub(crate) fn dots(&mut self) -> bool {
        self.0.dots()
    }

    /// Emits the child at `pos`; false, with the reader there, if it takes no more.
    #[inline]
    pub(crate) fn child(&mut self, pos: i64, name: &[u8], mode: u16, key: Key) -> bool {
        self.0.set_pos(pos);
        let number = number(self.dir(), key);
        let taken = self.0.emit(name, number, DirType::of_mode(mode));
        if taken {
            self.0.set_pos(pos + 1);
        }
        taken
    }

    /// What the last listing of this open file has left, 0 after a seek. See [`Children::COOKIE`].
    pub(crate) fn take_cookie(&mut self) -> u64 {
        self.0.take_cookie()
    }

    /// Leaves a number in the open file for its next listing.
    pub(crate) fn set_cookie(&mut self, cookie: u64) {
        self.0.set_cookie(cookie);
    }

    /// The emitter, for a listing that the kernel's own code makes.
    pub(crate) fn emitter(&mut self) -> &mut DirEmitter<'a> {
        self.0
    }
}

/// The directories of the kind `C`.
pub(crate) struct Dir<C>(PhantomData<C>);

impl<C: Children> Dir<C> {
    /// The operations of such a directory's inode.
    pub(crate) const INODE_OPS: &'static InodeOps = &InodeOps::of::<Self>();
    /// The operations of reading it.
    pub(crate) const FILE_OPS: &'static FileOps = &FileOps::directory::<Self>(Seek::Generic);
    /// The node of such a directory.
    pub(crate) const NODE: Node = Node::Dir {
        inode: Self::INODE_OPS,
        file: Self::FILE_OPS,
    };
    /// Those of reading the directory of a process, which is a pidfd.
    pub(crate) const THREAD_GROUP_OPS: &'static FileOps =
        &FileOps::thread_group::<Self>(Seek::Generic);
}

#[vtable]
impl<C: Children> InodeOperations for Dir<C> {
    const SETATTR: SetAttr = C::SETATTR;
    const HAS_GETATTR: bool = C::HAS_GETATTR;
    const HAS_PERMISSION: bool = C::Gate::ASKS;

    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let (child, owner) = match C::find(dir, dentry.name()) {
            Ok(found) => found,
            Err(err) => return C::find_in_kernel(dir, dentry, err),
        };
        let (sb, mode) = (dentry.super_block(), child.mode());
        let new = match owner {
            Owner::Dir => task_inode::new(sb, dir.pid().ok_or(ENOENT)?.into(), mode)?,
            Owner::Task(pid) => task_inode::new(sb, pid, mode)?,
            Owner::Root => NewInode::new(sb)?.mode(mode),
        };
        let new = new.ino(number(dir, child.key()));
        child.splice(new, dentry)
    }

    #[inline(always)] // Every stat comes here.
    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        C::getattr(inode, stat)
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        C::Gate::permission(inode, mask)
    }
}

impl<C: Children> Directory for Dir<C> {
    const COOKIE: bool = C::COOKIE;

    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        C::list(&mut Listing(emitter))
    }
}
