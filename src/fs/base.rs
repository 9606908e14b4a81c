// SPDX-License-Identifier: GPL-2.0

//! A task's directory, `/<pid>` and `/<pid>/task/<tid>`: one implementation, which the table is read through.
//!
//! Answers to `proc_pident_lookup()`, `proc_pident_readdir()`, `proc_pid_instantiate()`, `proc_task_instantiate()`,
//! `pid_getattr()` and `proc_pid_permission()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::inode;
use crate::{
    gate,
    pure::{
        access::Place,
        entry::Level,
        ino, //
    },
    rust_bindings::{
        cred::{
            Kgid,
            Kuid, //
        },
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
            Mask, //
        },
        pid::Pid, //
    },
    task::{
        Node,
        TABLE, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

/// Mode of a task's directory; its owner is the task's effective ids, dumpable or not.
const MODE: u16 = 0o040_555;

/// The directory's operations.
struct Base;

static INODE_OPS: InodeOps = InodeOps::of::<Base>();
static GROUP_OPS: FileOps = FileOps::thread_group::<Base>(Seek::Generic);
static THREAD_OPS: FileOps = FileOps::directory::<Base>(Seek::Generic);

/// Gives the dentry that is looked up the directory of the task with the identity `pid` at `level`.
///
/// # Errors
///
/// `ENOMEM`; `ENOENT` once the task is reaped.
#[inline(always)] // Every first lookup of a process comes here.
pub(crate) fn instantiate(dentry: Lookup<'_>, pid: ARef<Pid>, level: Level) -> Result<Found> {
    let number = ino::of_directory(pid.ino(), level);
    inode::of_pid(dentry.super_block(), pid, MODE, inode::tag(level, None))?
        .ino(number)
        .nlink(TABLE.nlink(level))
        .ops(&INODE_OPS)
        .file_ops(match level {
            Level::ThreadGroup => &GROUP_OPS,
            Level::Thread => &THREAD_OPS,
        })
        .immutable()
        .attach_to_pid()
        .splice(dentry, &inode::TASK_DENTRY)
}

/// `pid_getattr()`: the owner as it is now, root once the task is reaped, nothing for who may not see it.
#[inline(always)] // Every stat comes here.
pub(crate) fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
    let rcu = rcu::read_lock();
    match inode.task(&rcu) {
        Some(task) => {
            gate::visible(inode.super_block(), task, Place::Getattr)?;
            stat.set_owner_by(task, inode.mode());
        }
        None => stat.set_owner((Kuid::GLOBAL_ROOT, Kgid::GLOBAL_ROOT)),
    }
    Ok(())
}

#[vtable]
impl InodeOperations for Base {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let level = inode::level(dir);
        let row = TABLE.find(level, dentry.name()).ok_or(ENOENT)?;
        let tag = inode::tag(level, Some(row.index));
        let pid = ARef::from(dir.pid().ok_or(ENOENT)?);
        let number = ino::of_row(pid.ino(), level, row.index);
        let new = inode::of_pid(dentry.super_block(), pid, row.entry.mode, tag)?.ino(number);
        match &row.entry.kind {
            Node::Dir { inode, file } => new.nlink(2).ops(inode).file_ops(file),
            Node::KernelDir { inode, file } => new.nlink(2).ops(inode()).file_ops(file()),
            Node::Link(_) => new.ops(&super::link::OPS),
            Node::Text(_) => new
                .ops(&super::text::INODE_OPS)
                .file_ops(&super::text::FILE_OPS),
            Node::File { inode, file } => new.ops(inode).file_ops(file),
            Node::Formatter(_) => new
                .ops(&super::text::INODE_OPS)
                .file_ops(&super::formatter::FILE_OPS),
            Node::KernelFile(file) => new.ops(&super::text::INODE_OPS).file_ops(file()),
        }
        .splice(dentry, &inode::TASK_DENTRY)
    }

    #[inline(always)]
    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        getattr(inode, stat)
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        match gate::visible_at(inode, Place::Permission) {
            // procfs has no such check here: what a held descriptor of a reaped thread's directory gives is a matter of lookup.
            Err(err) if err == ESRCH && inode::level(inode) == Level::Thread => {}
            verdict => verdict?,
        }
        inode.generic_permission(mask.bits())
    }
}

impl Directory for Base {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let dir = emitter.inode();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !emitter.dots() {
            return Ok(());
        }
        let (level, pid_ino) = (inode::level(dir), inode::pid_ino(dir));
        for (pos, row) in TABLE.list(level, emitter.pos() as u64) {
            let number = ino::of_row(pid_ino, level, row.index);
            let kind = DirType::of_mode(row.entry.mode);
            if !emitter.emit(row.entry.name.as_bytes(), number, kind) {
                break;
            }
            emitter.set_pos(pos as i64 + 1);
        }
        Ok(())
    }
}
