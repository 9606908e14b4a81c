// SPDX-License-Identifier: GPL-2.0

//! Looking up and listing the root directory, per instance and per caller.
//!
//! Four sources have a say in it: tasks, rows of proc2's own, the links `self` and `thread-self`,
//! and the kernel's registry of everything else. An own row wins over the registry's entry of the
//! same name. What of them an instance has at all is for `Subset::presence()` to say.
//!
//! Positions are procfs's: the registry's entries from 0, the links from 256, tasks from 258 plus
//! their number. Entries of proc2's own stand right before the links.
//!
//! Mirrors `proc_root_lookup()`, `proc_root_readdir()` and `proc_root_getattr()` of
//! [`fs/proc/root.c`](srctree/fs/proc/root.c), and `proc_pid_lookup()`, `proc_pid_readdir()` and
//! `next_tgid()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: RCU while some processes are noted, never while an entry is emitted; no reference to a
//! task is taken.

use super::{
    proc2_dir,
    rows::{
        dir,
        OwnEntry,
        OwnNode,
        Rows, //
    },
    self_link::LINKS,
    view, //
};
use crate::{
    fs::{
        decide::{
            Decisions,
            Everything, //
        },
        dir::{
            Child,
            Children,
            Dir,
            Key,
            Listing,
            Owner, //
        }, //
    },
    gate::{
        self,
        hidepid::Lister,
        Anyone, //
    },
    pure::{
        entry::{
            Entry,
            Level, //
        },
        parse,
        subset::{
            Presence,
            RootEntry, //
        },
        text::Text, //
    },
    rust_bindings::{
        procfs::{
            filter::{
                Listed,
                Place, //
            },
            filtered,
            new_inode::NewInode,
            registry, //
        },
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
            file::FileOps,
            inode::Inode,
            inode_ops::{
                InodeOps,
                Kstat,
                SetAttr, //
            },
            super_block::SuperBlock, //
        }, //
    },
    task::Directory, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

/// What the root has of proc2's own. Their numbers among the root's follow those of the links.
static OWN: Rows = Rows::new(OWN_ROWS, LINKS.len() as u8);
const OWN_ROWS: &[Entry<OwnNode>] = &[dir(proc2_dir::NAME, RootEntry::OfTasks, proc2_dir::NODE)];

/// `FIRST_PROCESS_ENTRY`.
const FIRST_LINK: i64 = 256;
const FIRST_OWN: i64 = FIRST_LINK - OWN_ROWS.len() as i64;
/// `TGID_OFFSET`.
const FIRST_TASK: i64 = FIRST_LINK + LINKS.len() as i64;
/// After the last task there can be.
const END: i64 = FIRST_TASK + pid::MAX_LIMIT;

/// The root directory.
struct Root;

/// The root's inode operations.
pub(super) const INODE_OPS: &InodeOps = Dir::<Root>::INODE_OPS;
/// The root's file operations.
pub(super) const FILE_OPS: &FileOps = Dir::<Root>::FILE_OPS;

/// The struct pid of the task that a name stands for, and the number, if the caller may find it.
fn find_task(sb: &SuperBlock, name: &[u8]) -> Result<(ARef<Pid>, u32)> {
    let nr = parse::name_to_int(name).ok_or(ENOENT)?;
    let rcu = rcu::read_lock();
    let pid = pid::find(nr as i32, sb.pid_ns(), &rcu).ok_or(ENOENT)?;
    let task = pid.task(&rcu).ok_or(ENOENT)?;
    mutant!("hiding: found", gate::hidepid::may_find(sb, task, nr, &rcu) => Ok(()))?;
    Ok((pid.into(), nr))
}

/// An entry of the root that was found.
enum RootChild {
    Task(Directory),
    Own(OwnEntry),
}

impl Child for RootChild {
    #[inline]
    fn mode(&self) -> u16 {
        match self {
            Self::Task(dir) => dir.mode(),
            Self::Own(entry) => entry.mode(),
        }
    }

    #[inline]
    fn key(&self) -> Key {
        match self {
            Self::Task(dir) => dir.key(),
            Self::Own(entry) => entry.key(),
        }
    }

    #[inline]
    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        match self {
            Self::Task(dir) => dir.splice(new, dentry),
            Self::Own(entry) => entry.splice(new, dentry),
        }
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
            .is_some_and(|task| lister.lists(task, nr))
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

/// Lists the links and the tasks from the reader's position on.
fn list_tasks(listing: &mut Listing<'_, '_>) {
    while let Some(link) = usize::try_from(listing.pos() - FIRST_LINK)
        .ok()
        .and_then(|index| LINKS.get(index))
    {
        let pos = listing.pos();
        if !listing.child(pos, link.name.to_bytes(), link.mode(), link.key()) {
            return;
        }
    }
    let sb = listing.dir().super_block();
    let lister = Lister::new(sb);
    let (mut batch, mut room) = ([Process::default(); BATCH], FIRST_BATCH);
    let mut from = u32::try_from(listing.pos() - FIRST_TASK).ok();
    while let Some(start) = from {
        let places = batch.get_mut(..room).unwrap_or_default();
        let (noted, next) = note(sb, &lister, start, places);
        for process in noted {
            let mut buf = [0; 16];
            let mut name = Text::new(&mut buf);
            name.dec(process.nr as u64);
            let pos = FIRST_TASK + i64::from(process.nr);
            let (name, pid_ino) = (name.filled(), process.pid_ino);
            if !Directory::list(listing, pos, name, pid_ino, Level::ThreadGroup) {
                return;
            }
        }
        from = next;
        room = BATCH;
        // There may be millions of tasks, and all of them hidden.
        kernel::task::might_sleep();
    }
    listing.set_pos(END);
}

/// Whether an instance has a row of proc2's own.
fn presence(sb: &SuperBlock, entry: &OwnEntry, name: &[u8]) -> Presence {
    let instance = sb.data();
    let there = match (entry.kind(), instance.policy()) {
        (_, None) => true,
        (RootEntry::OfTasks, Some(policy)) => policy.decisions().of_tasks(name).is_some(),
        (_, Some(_)) => instance.shows(name),
    };
    if mutant!("hidden: hides own rows", there) {
        instance.subset().presence(entry.kind())
    } else {
        Presence::Absent
    }
}

/// Lists the registry's entries from the reader's position on; false if it takes no more.
fn list_registry(listing: &mut Listing<'_, '_>) -> Result<bool> {
    let instance = listing.dir().super_block().data();
    let policy = instance.policy();
    // With tasks alone there is not even "." and "..", in procfs too: the registry's part is left
    // out whole.
    let hidden = policy.is_none() && instance.subset().hides_registry();
    if mutant!("global::hidden_by_subset: listed", hidden => false) {
        return Ok(true);
    }
    if !listing.dots() {
        return Ok(false);
    }
    let own = |name: &[u8]| -> bool {
        mutant!("global::hidden_by_subset: own wins", OWN.find(name).is_some() => false)
    };
    let place = Place::of(listing.pos(), listing.take_cookie());
    let emitter = listing.emitter();
    let (more, place) = if policy.is_some() {
        filtered::list_root::<Decisions>(emitter, place, own)
    } else {
        let number = |listed: Listed<'_>| (!own(listed.name)).then_some(listed.ino);
        registry::list_root(emitter, place, number)
    }?;
    listing.set_cookie(place.cookie());
    Ok(more)
}

#[vtable]
impl Children for Root {
    type Child = RootChild;
    type Gate = Anyone;
    // Where the registry's listing goes on.
    const COOKIE: bool = true;
    const SETATTR: SetAttr = SetAttr::Default;

    fn find(dir: &Inode, name: &[u8]) -> Result<(RootChild, Owner)> {
        let sb = dir.super_block();
        let err = match find_task(sb, name) {
            Ok((pid, nr)) => {
                let (dir, owner) = Directory::found(pid, Level::ThreadGroup, nr == 1);
                return Ok((RootChild::Task(dir), owner));
            }
            Err(err) => err,
        };
        match OWN.find(name) {
            Some(entry) => {
                if mutant!(
                    "global::hidden_by_subset: own rows obey",
                    presence(sb, &entry, name) != Presence::Absent
                ) {
                    return Ok((RootChild::Own(entry), Owner::Root));
                }
                Err(err)
            }
            None => Err(err),
        }
    }

    fn find_in_kernel(dir: &Inode, dentry: Lookup<'_>, err: Error) -> Result<Found> {
        let instance = dir.super_block().data();
        if instance.policy().is_some() {
            return filtered::lookup_root::<Decisions>(dir, dentry);
        }
        let hidden = instance.subset().hides_registry();
        if mutant!("global::hidden_by_subset: found", hidden => false) {
            return Err(err);
        }
        if instance.view().is_some() && view::has(dentry.name()) {
            return filtered::lookup_root::<Everything>(dir, dentry);
        }
        registry::lookup(dir, dentry)
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let sb = listing.dir().super_block();
        if listing.pos() < FIRST_OWN {
            if !list_registry(listing)? {
                return Ok(());
            }
            listing.set_pos(FIRST_OWN);
        }
        if listing.pos() < FIRST_LINK {
            let listed = |entry: &OwnEntry| {
                mutant!(
                    "global::hidden_by_subset: lists no .proc2",
                    presence(sb, entry, entry.name()) == Presence::Listed
                )
            };
            if !OWN.list(listing, FIRST_OWN, listed) {
                return Ok(());
            }
            listing.set_pos(FIRST_LINK);
        }
        if listing.pos() < END {
            list_tasks(listing);
        }
        Ok(())
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        if inode.super_block().data().policy().is_some() {
            // The count of the machine's processes is none of its readers' business.
            stat.set_nlink(2);
            return Ok(());
        }
        let others = registry::nlink().wrapping_add(registry::nr_processes());
        stat.set_nlink(others.wrapping_add(OWN.directories()));
        Ok(())
    }
}
