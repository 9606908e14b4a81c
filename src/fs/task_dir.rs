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
    policy::Policy,
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
            Table,
            TaskWord, //
        },
        options::PID1_ENTRIES, //
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
    /// It is pid 1 of the instance.
    is_pid1: bool,
    _rows: PhantomData<R>,
}

impl<R: Rows> TaskDir<R> {
    /// The directory of the task with the struct pid `pid` at `level`, for a caller who may find
    /// it. `is_pid1`: it is that of the instance's pid 1.
    #[inline]
    pub(crate) fn found(pid: ARef<Pid>, level: Level, is_pid1: bool) -> (Self, Owner) {
        let dir = Self {
            pid_ino: pid.ino(),
            level,
            is_pid1,
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
        let nlink = match new.as_inode().super_block().data().policy() {
            None => R::table().nlink(self.level),
            Some(policy) => links_shown::<R>(self.level, policy),
        };
        let word = TaskWord::new(self.level).for_everyone(self.is_pid1);
        new.word(word.to_word())
            .nlink(nlink)
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

/// The link count of a task's directory under a policy.
#[cold]
fn links_shown<R: Rows>(level: Level, policy: &Policy) -> u32 {
    R::table().nlink_without(level, policy.hidden_rows())
}

/// The entries in a task's directory.
struct Entries<R>(PhantomData<R>);

/// An entry in the directory of a task.
struct Entry {
    row: Row<Node>,
    /// The word of the directory.
    dir: TaskWord,
}

/// Whether `pid1=visible` shows a row of pid 1 to everyone.
fn shown_of_pid1(name: &str) -> bool {
    mutant!("pid1: four entries", PID1_ENTRIES.contains(&name))
}

/// Whether the instance of a task's directory has not hidden a row.
#[inline]
fn exists(dir: &Inode, row: &Row<Node>) -> bool {
    let policy = dir.super_block().data().policy();
    let hidden = policy.is_some_and(|policy| policy.hidden_rows().has(row.index));
    mutant!("hidden: entries of tasks", !hidden)
}

impl Child for Entry {
    #[inline]
    fn mode(&self) -> u16 {
        let row = self.row.entry;
        mutant!(row: row, "mode widened", row.mode => row.mode | (((row.mode >> 6) & 7) * 0o11))
    }

    #[inline]
    fn key(&self) -> Key {
        Key::Row(self.row.index)
    }

    #[inline]
    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        let Self { row, dir } = self;
        let of_pid1 = dir.is_for_everyone();
        let shown = of_pid1 && shown_of_pid1(row.entry.name);
        let word = TaskWord::new(dir.level()).for_everyone(shown);
        let dentry_ops = if of_pid1 && !shown {
            &task_inode::INIT_ENTRY_DENTRY
        } else {
            &task_inode::ENTRY_DENTRY
        };
        row.entry
            .kind
            .complete(new.word(word.to_word()))
            .splice(dentry, dentry_ops)
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
        let word = task_inode::word(dir);
        let found = R::table().find(word.level(), name);
        if word.is_for_everyone() && !found.is_some_and(|row| shown_of_pid1(row.entry.name)) {
            mutant!("pid1: looked up", gate::hidepid::sees_all_of(dir) => Ok(()))?;
        }
        let row = found.filter(|row| exists(dir, row)).ok_or(ENOENT)?;
        Ok((Entry { row, dir: word }, Owner::Dir))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let dir = listing.dir();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !listing.dots() {
            return Ok(());
        }
        let word = task_inode::word(dir);
        let all = !word.is_for_everyone()
            || mutant!("pid1: listed", gate::hidepid::sees_all_of(dir).is_ok());
        for (pos, row) in R::table().list(word.level(), listing.pos() as u64) {
            let (name, mode) = (row.entry.name.as_bytes(), row.entry.mode);
            if !(all || shown_of_pid1(row.entry.name)) || !exists(dir, &row) {
                continue;
            }
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
