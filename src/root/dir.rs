// SPDX-License-Identifier: GPL-2.0

//! Looking up and listing the root directory, per instance and per caller.
//!
//! Positions are procfs's: the registry's entries from 0, the links from 256, tasks from 258 plus their number. Entries of proc2's own
//! stand right before the links.
//!
//! Locks: RCU around each step from process to process, never while an entry is emitted; no reference to a task is taken.

use super::{
    own,
    self_link::LINKS, //
};
use crate::{
    fs::base,
    gate,
    pure::{
        access::Place,
        entry::Level,
        ino,
        parse,
        text::Text, //
    },
    rust_bindings::{
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
        pid::{
            self,
            Pid, //
        },
        registry,
        super_block::SuperBlock, //
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
    gate::visible(sb, pid.task(&rcu).ok_or(ENOENT)?, Place::Lookup)?;
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

/// A process of the instance's namespace.
struct Process {
    nr: i32,
    pid_ino: u64,
    /// Whether the caller may know of it.
    visible: bool,
}

/// The next process from the number `nr` on. A grace period can end between one process and the next, however many are hidden.
fn next_process(sb: &SuperBlock, mut nr: i32) -> Option<Process> {
    let ns = sb.pid_ns();
    let rcu = rcu::read_lock();
    loop {
        let pid = pid::find_ge(nr, ns, &rcu)?;
        nr = pid.nr_ns(ns);
        if let Some(task) = pid.group_leader(&rcu) {
            return Some(Process {
                nr,
                pid_ino: pid.ino(),
                visible: gate::visible(sb, task, Place::Readdir).is_ok(),
            });
        }
        nr = nr.checked_add(1)?;
    }
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
    let mut from = emitter.pos() - FIRST_TASK;
    while let Some(process) = i32::try_from(from)
        .ok()
        .and_then(|from| next_process(sb, from))
    {
        from = i64::from(process.nr) + 1;
        if !process.visible {
            continue;
        }
        let mut buf = [0; 16];
        let mut name = Text::new(&mut buf);
        name.dec(process.nr as u64);
        emitter.set_pos(FIRST_TASK + i64::from(process.nr));
        let number = ino::of_directory(process.pid_ino, Level::ThreadGroup);
        if !emitter.emit(name.filled(), number, DirType::Dir) {
            return;
        }
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
