// SPDX-License-Identifier: GPL-2.0

//! Looking up and listing the root directory, per instance and per caller.
//!
//! Positions are procfs's: the registry's entries from 0, the links from 256, tasks from 258 plus their number. Entries of proc2's own
//! stand right before the links.
//!
//! Locks: RCU while some processes are noted, never while an entry is emitted; no reference to a task is taken.

use super::{
    own,
    self_link::LINKS, //
};
use crate::{
    fs::base,
    gate::{
        self,
        hidepid::Lister, //
    },
    pure::{
        access::Place,
        entry::Level,
        ino,
        parse,
        text::Text, //
    },
    rust_bindings::{
        procfs::registry,
        tasks::{
            pid::{
                self,
                FindTask,
                Pid, //
            },
            pid_walk::PidWalk, //
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
                Kstat, //
            },
            super_block::SuperBlock, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

/// `FIRST_PROCESS_ENTRY`.
const FIRST_LINK: i64 = 256;
const FIRST_OWN: i64 = FIRST_LINK - own::ROOT_LEN as i64;
/// `TGID_OFFSET`.
const FIRST_TASK: i64 = FIRST_LINK + LINKS.len() as i64;
/// Behind the last task there can be.
const END: i64 = FIRST_TASK + pid::MAX_LIMIT;

struct Root;

/// The root's inode operations.
pub(super) static INODE_OPS: InodeOps = InodeOps::of::<Root>();
/// The root's file operations.
pub(super) static FILE_OPS: FileOps = FileOps::directory::<Root>(Seek::Generic);

/// The identity of the task that a name stands for, if the caller may find it.
fn find_task(dentry: &Lookup<'_>) -> Result<ARef<Pid>> {
    let nr = parse::name_to_int(dentry.name()).ok_or(ENOENT)?;
    let sb = dentry.super_block();
    let rcu = rcu::read_lock();
    let pid = pid::find(nr as i32, sb.pid_ns(), &rcu).ok_or(ENOENT)?;
    gate::hidepid::visible(sb, pid.task(&rcu).ok_or(ENOENT)?, Place::Lookup)?;
    Ok(pid.into())
}

#[vtable]
impl InodeOperations for Root {
    const SETATTR_BY_PROC: bool = false;

    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        match find_task(&dentry) {
            Ok(pid) => base::instantiate(dentry, pid, Level::ThreadGroup),
            Err(err) => match own::ROOT.lookup(&dentry) {
                Some(inode) => own::splice(dentry, inode),
                None if !dir.super_block().pid_only() => registry::lookup(dir, dentry),
                None => Err(err),
            },
        }
    }

    fn getattr(_inode: &Inode, stat: &mut Kstat) -> Result {
        let others = registry::nlink().wrapping_add(registry::nr_processes());
        stat.set_nlink(others.wrapping_add(own::ROOT.directories()));
        Ok(())
    }
}

/// A process that the caller may know of.
#[derive(Clone, Copy, Default)]
struct Process {
    nr: i32,
    pid_ino: u64,
}

/// So many processes are noted under RCU before they are emitted.
const BATCH: usize = 32;
/// The first time fewer: a reader with a small buffer takes no more.
const FIRST_BATCH: usize = 4;
/// After so many numbers of tasks a grace period can end, however many are hidden.
const LOOKED_AT: usize = 128;

/// Notes processes from the number `from` on, and gives those, and the number to go on from.
fn note<'b>(
    sb: &SuperBlock,
    lister: &Lister,
    from: u32,
    batch: &'b mut [Process],
) -> (&'b [Process], Option<u32>) {
    let (mut noted, mut looked_at) = (0, 0);
    let rcu = rcu::read_lock();
    let mut next = None;
    for (nr, pid) in PidWalk::from(from, sb.pid_ns(), &rcu) {
        let place = batch.get_mut(noted).filter(|_| looked_at < LOOKED_AT);
        let Some(place) = place else {
            next = Some(nr as u32);
            break;
        };
        looked_at += 1;
        if pid
            .group_leader(&rcu)
            .is_some_and(|task| lister.lists(task))
        {
            *place = Process {
                nr,
                pid_ino: pid.ino(),
            };
            noted += 1;
        }
    }
    drop(rcu);
    (batch.get(..noted).unwrap_or_default(), next)
}

/// Emits links and tasks from the reader's position on.
fn iterate_tasks(emitter: &mut DirEmitter<'_>) {
    while let Some(link) = usize::try_from(emitter.pos() - FIRST_LINK)
        .ok()
        .and_then(|index| LINKS.get(index))
    {
        if !emitter.emit(link.name.to_bytes(), link.ino(), DirType::Link) {
            return;
        }
        emitter.set_pos(emitter.pos() + 1);
    }
    let sb = emitter.inode().super_block();
    let lister = Lister::new(sb);
    let (mut batch, mut room) = ([Process::default(); BATCH], FIRST_BATCH);
    let mut from = u32::try_from(emitter.pos() - FIRST_TASK).ok();
    while let Some(start) = from {
        let places = batch.get_mut(..room).unwrap_or_default();
        let (noted, next) = note(sb, &lister, start, places);
        for process in noted {
            let mut buf = [0; 16];
            let mut name = Text::new(&mut buf);
            name.dec(process.nr as u64);
            emitter.set_pos(FIRST_TASK + i64::from(process.nr));
            let number = ino::of_directory(process.pid_ino, Level::ThreadGroup);
            if !emitter.emit(name.filled(), number, DirType::Dir) {
                return;
            }
        }
        from = next;
        room = BATCH;
        // There may be millions of tasks, and all of them hidden.
        kernel::task::might_sleep();
    }
    emitter.set_pos(END);
}

impl Directory for Root {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let pid_only = emitter.inode().super_block().pid_only();
        if emitter.pos() < FIRST_OWN {
            // With tasks alone there is not even "." and "..", in procfs too: the registry's part is left out whole.
            if !pid_only && !registry::readdir(emitter)? {
                return Ok(());
            }
            emitter.set_pos(FIRST_OWN);
        }
        if emitter.pos() < FIRST_LINK {
            // With tasks alone programs (the kernel's selftest is one) take it that nothing but tasks and the links is listed.
            if !pid_only && !own::ROOT.emit(emitter, FIRST_OWN) {
                return Ok(());
            }
            emitter.set_pos(FIRST_LINK);
        }
        if emitter.pos() < END {
            iterate_tasks(emitter);
        }
        Ok(())
    }
}
