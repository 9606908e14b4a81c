// SPDX-License-Identifier: GPL-2.0

//! A task's directory, `/<pid>` and `/<pid>/task/<tid>`: one implementation, which a table of
//! entries is read through.
//!
//! Mirrors `proc_pident_lookup()`, `proc_pident_readdir()`, `proc_pid_instantiate()`,
//! `proc_task_instantiate()` and `proc_pid_permission()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c). Locks: RCU around each look at the task.

use super::{
    dir::{
        Child,
        Children,
        Dir,
        Key,
        Listing,
        Owner, //
    },
    node::Node,
    task_inode, //
};
use crate::{
    gate::{
        self,
        directory::DirectoryGate, //
    },
    pure::{
        access::Place,
        entry::{
            Level,
            Row,
            Table, //
        }, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        tasks::pid::{
            FindTask,
            Pid, //
        },
        vfs::{
            dentry::{
                Found,
                Lookup, //
            },
            inode::Inode,
            inode_ops::{
                Kstat,
                Mask, //
            }, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    prelude::*,
    sync::aref::ARef, //
};

/// The table of entries that a task's directory is read through.
pub(crate) trait Rows: 'static {
    /// The table.
    fn table() -> &'static Table<Node>;
}

/// Mode of a task's directory; its owner is the task's effective ids, dumpable or not.
const MODE: u16 = 0o040_555;

/// The directory of a task, found in the directory that it stands in.
pub(crate) struct TaskDir<R> {
    pid_ino: u64,
    level: Level,
    _rows: PhantomData<R>,
}

impl<R: Rows> TaskDir<R> {
    /// The directory of the task with the struct pid `pid` at `level`, for a caller who may find
    /// it.
    #[inline]
    pub(crate) fn found(pid: ARef<Pid>, level: Level) -> (Self, Owner) {
        let dir = Self {
            pid_ino: pid.ino(),
            level,
            _rows: PhantomData,
        };
        (dir, Owner::Task(pid))
    }

    /// Lists the directory of a task; see [`Listing::child`].
    #[inline]
    pub(crate) fn list(
        listing: &mut Listing<'_, '_>,
        pos: i64,
        name: &[u8],
        pid_ino: u64,
        level: Level,
    ) -> bool {
        listing.child(pos, name, MODE, Key::Task(pid_ino, level))
    }
}

impl<R: Rows> Child for TaskDir<R> {
    #[inline]
    fn mode(&self) -> u16 {
        MODE
    }

    #[inline]
    fn key(&self) -> Key {
        Key::Task(self.pid_ino, self.level)
    }

    #[inline]
    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        new.word(self.level as u64)
            .nlink(R::table().nlink(self.level))
            .ops(Dir::<Entries<R>>::INODE_OPS)
            .file_ops(match self.level {
                Level::ThreadGroup => Dir::<Entries<R>>::THREAD_GROUP_OPS,
                Level::Thread => mutant!(
                    "pidfd: of processes alone",
                    Dir::<Entries<R>>::FILE_OPS => Dir::<Entries<R>>::THREAD_GROUP_OPS
                ),
            })
            .immutable()
            .splice_task_dir(dentry, &task_inode::DIR_DENTRY)
    }
}

/// The entries in a task's directory.
struct Entries<R>(PhantomData<R>);

/// An entry in the directory of a task at a level.
struct Entry(Row<Node>, Level);

impl Child for Entry {
    #[inline]
    fn mode(&self) -> u16 {
        let row = self.0.entry;
        mutant!(row: row, "mode widened", row.mode => row.mode | (((row.mode >> 6) & 7) * 0o11))
    }

    #[inline]
    fn key(&self) -> Key {
        Key::Row(self.0.index)
    }

    #[inline]
    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        let Self(row, level) = self;
        row.entry
            .kind
            .complete(new.word(level as u64))
            .splice(dentry, &task_inode::ENTRY_DENTRY)
    }
}

/// [`MayEnter`](gate::hidepid::MayEnter), but for a thread that is reaped.
enum EnterOrReaped {}

impl DirectoryGate for EnterOrReaped {
    fn permission(inode: &Inode, mask: Mask) -> Result {
        let verdict = gate::hidepid::visible_at(inode, Place::Permission);
        match mutant!("hiding, differences: entering", verdict => Ok(())) {
            // procfs has no such check here: what a held descriptor of a reaped thread's directory
            // gives is a matter of lookup.
            Err(err) if err == ESRCH && task_inode::level(inode) == Level::Thread => {}
            verdict => verdict?,
        }
        mutant!("hiding: mode of /<pid>", inode.generic_permission(mask.bits()) => Ok(()))
    }
}

#[vtable]
impl<R: Rows> Children for Entries<R> {
    type Child = Entry;
    type Gate = EnterOrReaped;

    fn find(dir: &Inode, name: &[u8]) -> Result<(Entry, Owner)> {
        let level = task_inode::level(dir);
        let row = R::table().find(level, name).ok_or(ENOENT)?;
        Ok((Entry(row, level), Owner::Dir))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let dir = listing.dir();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !listing.dots() {
            return Ok(());
        }
        for (pos, row) in R::table().list(task_inode::level(dir), listing.pos() as u64) {
            let (name, mode) = (row.entry.name.as_bytes(), row.entry.mode);
            if !listing.child(pos as i64, name, mode, Key::Row(row.index)) {
                break;
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        task_inode::getattr(inode, stat)
    }
}
