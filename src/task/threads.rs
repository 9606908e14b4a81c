// SPDX-License-Identifier: GPL-2.0

//! `task`: a directory for each thread of a process.
//!
//! Mirrors `proc_task_lookup()`, `proc_task_readdir()` and `proc_task_getattr()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: RCU around each step from thread to thread, never while an entry is emitted.

use crate::{
    fs::{
        dir::{
            Children,
            Listing,
            Owner, //
        },
        task_dir::{
            Rows,
            TaskDir, //
        }, //
    },
    gate::{
        self,
        hidepid::MayEnter, //
    },
    pure::{
        access::Place,
        entry::Level,
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
            inode::Inode,
            inode_ops::Kstat, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

/// The threads of a process, whose directories have the rows of `R`.
pub(super) struct Threads<R>(PhantomData<R>);

/// The struct pid of the thread that a name stands for, if the caller may find it.
fn find_thread(dir: &Inode, name: &[u8]) -> Result<ARef<Pid>> {
    let rcu = rcu::read_lock();
    let leader = dir.task(&rcu).ok_or(ENOENT)?;
    let nr = parse::name_to_int(name).ok_or(ENOENT)?;
    let sb = dir.super_block();
    let pid = pid::find(nr as i32, sb.pid_ns(), &rcu).ok_or(ENOENT)?;
    let thread = pid.task(&rcu).ok_or(ENOENT)?;
    if !leader.same_thread_group(thread) {
        return Err(ENOENT);
    }
    let verdict = gate::hidepid::visible(sb, thread, Place::Lookup, &rcu);
    mutant!("hiding, differences: of a thread", verdict => Ok(()))?;
    Ok(pid.into())
}

/// The thread to begin with: the one that the last call could not emit if it is still there, or the
/// one at the position.
fn first(listing: &mut Listing<'_, '_>, leader: &Task) -> Option<ARef<Task>> {
    let at = u64::try_from(listing.pos() - Listing::FIRST).ok()?;
    let left_over = listing.take_cookie() as i32;
    if left_over != 0 && at != 0 {
        let ns = listing.dir().super_block().pid_ns();
        let thread = {
            let rcu = rcu::read_lock();
            pid::find(left_over, ns, &rcu).and_then(|pid| pid.get_task())
        };
        if let Some(thread) = thread.filter(|thread| thread.same_thread_group(leader)) {
            return Some(thread);
        }
    }
    leader.nth_thread(at)
}

#[vtable]
impl<R: Rows> Children for Threads<R> {
    type Child = TaskDir<R>;
    type Gate = MayEnter;
    const COOKIE: bool = true;

    fn find(dir: &Inode, name: &[u8]) -> Result<(TaskDir<R>, Owner)> {
        Ok(TaskDir::found(
            find_thread(dir, name)?,
            Level::Thread,
            false,
        ))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let dir = listing.dir();
        let leader = dir.get_task().ok_or(ENOENT)?;
        if !listing.dots() {
            return Ok(());
        }
        let ns = dir.super_block().pid_ns();
        let mut next = first(listing, &leader);
        while let Some(thread) = next {
            let (pos, nr) = (listing.pos(), thread.nr_ns(PidType::Pid, ns));
            // No number: the thread has just exited.
            match thread.get_pid().filter(|_| nr != 0) {
                Some(pid) => {
                    let mut buf = [0; 16];
                    let mut name = Text::new(&mut buf);
                    name.dec(nr as u64);
                    if !TaskDir::<R>::list(listing, pos, name.filled(), pid.ino(), Level::Thread) {
                        listing.set_cookie(nr as u64);
                        break;
                    }
                }
                None => listing.set_pos(pos + 1),
            }
            next = thread.next_thread();
        }
        Ok(())
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        let rcu = rcu::read_lock();
        if let Some(task) = inode.task(&rcu) {
            stat.add_nlink(task.nr_threads());
        }
        Ok(())
    }
}
