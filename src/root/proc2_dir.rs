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
        subset::RootEntry, //
    },
    rust_bindings::vfs::inode::Inode, //
};
use kernel::prelude::*;

struct Proc2Dir;

/// The node of the root's row.
pub(super) const NODE: Node = Dir::<Proc2Dir>::NODE;

/// What stands in the directory, with numbers clear of those of the root's rows.
static ENTRIES: Rows = Rows::new(ROWS, 128);

/// The directory's name.
pub(super) const NAME: &str = ".proc2";

/// Whether the instance has a file of the directory.
fn exists(dir: &Inode, name: &[u8]) -> bool {
    let Some(policy) = dir.super_block().data().policy() else {
        return true;
    };
    let decisions = policy.decisions();
    decisions
        .of_tasks(NAME.as_bytes())
        .is_some_and(|dir| decisions.child(dir, name).is_some())
}

const ROWS: &[Entry<OwnNode>] = &[file("tasks", RootEntry::OfTasks, tasks::NODE)];

#[vtable]
impl Children for Proc2Dir {
    type Child = OwnEntry;
    type Gate = Anyone;

    fn find(dir: &Inode, name: &[u8]) -> Result<(OwnEntry, Owner)> {
        let entry = ENTRIES.find(name).filter(|_| exists(dir, name));
        Ok((entry.ok_or(ENOENT)?, Owner::Root))
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
