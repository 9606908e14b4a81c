// SPDX-License-Identifier: GPL-2.0

//! `task`: a directory for each thread of a process.
//!
//! Answers to `proc_task_lookup()`, `proc_task_readdir()` and `proc_task_getattr()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: RCU around each step from thread to thread, never while an entry is emitted.

use crate::{
    fs::{
        base,
        node::Node, //
    },
    gate,
    pure::{
        access::Place,
        entry::Level,
        ino,
        parse,
        text::Text, //
    },
    rust_bindings::{
        tasks::{
            pid::{
                self,
                FindTask,
                Pid,
                PidType, //
            },
            task::TaskExt, //
        },
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
                Mask, //
            }, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

struct Threads;

static INODE_OPS: InodeOps = InodeOps::of::<Threads>();
static FILE_OPS: FileOps = FileOps::directory::<Threads>(Seek::Generic);

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &INODE_OPS,
    file: &FILE_OPS,
};

/// The identity of the thread that a name stands for, if the caller may find it.
fn find_thread(dir: &Inode, dentry: &Lookup<'_>) -> Result<ARef<Pid>> {
    let rcu = rcu::read_lock();
    let leader = dir.task(&rcu).ok_or(ENOENT)?;
    let nr = parse::name_to_int(dentry.name()).ok_or(ENOENT)?;
    let sb = dentry.super_block();
    let pid = pid::find(nr as i32, sb.pid_ns(), &rcu).ok_or(ENOENT)?;
    let thread = pid.task(&rcu).ok_or(ENOENT)?;
    if !leader.same_thread_group(thread) {
        return Err(ENOENT);
    }
    gate::hidepid::visible(sb, thread, Place::Lookup)?;
    Ok(pid.into())
}

#[vtable]
impl InodeOperations for Threads {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let pid = find_thread(dir, &dentry)?;
        base::instantiate(dentry, pid, Level::Thread)
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        let rcu = rcu::read_lock();
        if let Some(task) = inode.task(&rcu) {
            stat.add_nlink(task.nr_threads());
        }
        Ok(())
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        gate::hidepid::visible_at(inode, Place::Permission)?;
        inode.generic_permission(mask.bits())
    }
}

/// The thread to begin with: the one that the last call could not emit if it is still there, or the one at the position.
fn first(emitter: &mut DirEmitter<'_>, leader: &Task) -> Option<ARef<Task>> {
    let at = u64::try_from(emitter.pos() - 2).ok()?;
    let left_over = emitter.take_cookie();
    if left_over != 0 && at != 0 {
        let ns = emitter.inode().super_block().pid_ns();
        let rcu = rcu::read_lock();
        let thread = pid::find(left_over, ns, &rcu).and_then(|pid| pid.get_task());
        if let Some(thread) = thread.filter(|thread| thread.same_thread_group(leader)) {
            return Some(thread);
        }
    }
    leader.nth_thread(at)
}

impl Directory for Threads {
    const COOKIE: bool = true;

    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let dir = emitter.inode();
        let leader = dir.get_task().ok_or(ENOENT)?;
        if !emitter.dots() {
            return Ok(());
        }
        let ns = dir.super_block().pid_ns();
        let mut next = first(emitter, &leader);
        while let Some(thread) = next {
            let nr = thread.nr_ns(PidType::Pid, ns);
            // No number: the thread has just exited.
            if let Some(pid) = thread.get_pid().filter(|_| nr != 0) {
                let mut buf = [0; 16];
                let mut name = Text::new(&mut buf);
                name.dec(nr as u64);
                let number = ino::of_directory(pid.ino(), Level::Thread);
                if !emitter.emit(name.filled(), number, DirType::Dir) {
                    emitter.set_cookie(nr);
                    break;
                }
            }
            emitter.set_pos(emitter.pos() + 1);
            next = thread.next_thread();
        }
        Ok(())
    }
}
