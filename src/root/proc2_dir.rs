// SPDX-License-Identifier: GPL-2.0

//! The directory `.proc2`, under a name that the kernel gives to no entry: what an instance has and
//! procfs has not.

use super::{
    rows::{
        file,
        OwnEntry,
        OwnNode,
        Rows, //
    },
    tasks, //
};
use crate::{
    fs::{
        dir::{
            Children,
            Dir,
            Listing,
            Owner, //
        },
        node::Node, //
    },
    gate::Anyone,
    pure::{
        entry::Entry,
        ino,
        show::tasks::query::{
            Of,
            Query, //
        },
        subset::RootEntry, //
    },
    rust_bindings::{
        procfs::random,
        vfs::inode::Inode, //
    }, //
};
use kernel::prelude::*;

struct Proc2Dir;

/// The node of the root's row.
pub(super) const NODE: Node = Dir::<Proc2Dir>::NODE;

/// What stands in the directory, with numbers clear of those of the root's rows.
static ENTRIES: Rows = Rows::new(ROWS, 128);

/// The directory's name.
pub(super) const NAME: &str = ".proc2";

/// Whether the instance has the file with this name in the directory.
fn exists(dir: &Inode, name: &[u8]) -> bool {
    let Some(policy) = dir.super_block().data().policy() else {
        return true;
    };
    let decisions = policy.decisions();
    // Whose threads cannot be listed has none to tell of here.
    let threads = name == Of::Threads.name().as_bytes() && decisions.hides_of_tasks(b"task");
    if mutant!("hidden: threads go with task", threads => false) {
        return false;
    }
    decisions
        .of_tasks(NAME.as_bytes())
        .is_some_and(|dir| decisions.child(dir, name).is_some())
}

const ROWS: &[Entry<OwnNode>] = &[
    file(Of::Tasks.name(), RootEntry::OfTasks, tasks::NODE),
    file(Of::Threads.name(), RootEntry::OfTasks, tasks::NODE),
];

#[vtable]
impl Children for Proc2Dir {
    type Child = OwnEntry;
    type Gate = Anyone;

    fn find(dir: &Inode, name: &[u8]) -> Result<(OwnEntry, Owner)> {
        let base = Query::base(name);
        let entry = ENTRIES.find(base).filter(|_| exists(dir, base));
        let entry = entry.ok_or(ENOENT)?;
        if base.len() == name.len() {
            return Ok((entry, Owner::Root));
        }
        // There is such a file, but nothing in it that it could show.
        Query::parse(name).ok_or(EINVAL)?;
        let number = ino::of_named_child(random::name_key(), dir.ino(), name);
        Ok((entry.named(number), Owner::Root))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        if listing.dots() {
            let dir = listing.dir();
            let listed = |entry: &OwnEntry| exists(dir, entry.name());
            ENTRIES.list(listing, Listing::FIRST, listed);
        }
        Ok(())
    }
}
