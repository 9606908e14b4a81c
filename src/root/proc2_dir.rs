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
        options::RootEntry, //
    },
    rust_bindings::vfs::inode::Inode, //
};
use kernel::prelude::*;

struct Proc2Dir;

/// The node of the root's row.
pub(super) const NODE: Node = Dir::<Proc2Dir>::NODE;

/// What stands in the directory, with numbers clear of those of the root's rows.
static ENTRIES: Rows = Rows::new(ROWS, 128);

const ROWS: &[Entry<OwnNode>] = &[file("tasks", RootEntry::OfTasks, tasks::NODE)];

#[vtable]
impl Children for Proc2Dir {
    type Child = OwnEntry;
    type Gate = Anyone;

    fn find(_dir: &Inode, name: &[u8]) -> Result<(OwnEntry, Owner)> {
        Ok((ENTRIES.find(name).ok_or(ENOENT)?, Owner::Root))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        if listing.dots() {
            ENTRIES.list(listing, Listing::FIRST, |_| true);
        }
        Ok(())
    }
}
