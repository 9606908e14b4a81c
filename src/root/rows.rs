// SPDX-License-Identifier: GPL-2.0

//! Entries of proc2's own that belong to no task: those of the root directory and of `.proc2`.

use crate::{
    fs::{
        dir::{
            Child,
            Key,
            Listing, //
        },
        node::Node, //
    },
    pure::entry::{
        Entry,
        Level,
        Row,
        Scope,
        Table, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        vfs::dentry::{
            DentryOps,
            Found,
            Lookup, //
        }, //
    }, //
};
use kernel::prelude::*;

/// What an entry that belongs to no task is.
pub(super) struct RootNode {
    /// Its operations.
    node: Node,
    /// Whether it speaks of nothing but tasks: then it is there, though not listed, where only tasks are shown.
    pub(super) of_tasks: bool,
}

/// The entries of one directory that belong to no task.
pub(super) struct Rows {
    table: Table<RootNode>,
    /// Where their numbers begin among the root's.
    first: u8,
}

/// A directory that belongs to no task.
pub(super) const fn dir(name: &'static str, of_tasks: bool, node: Node) -> Entry<RootNode> {
    entry(name, 0o040_555, of_tasks, node)
}

/// A file that belongs to no task.
pub(super) const fn file(name: &'static str, of_tasks: bool, node: Node) -> Entry<RootNode> {
    entry(name, 0o100_444, of_tasks, node)
}

const fn entry(name: &'static str, mode: u16, of_tasks: bool, node: Node) -> Entry<RootNode> {
    Entry {
        name,
        mode,
        // A table's first level, whose directories hold no other.
        scope: Scope::ThreadGroup,
        kind: RootNode { node, of_tasks },
    }
}

const LEVEL: Level = Level::ThreadGroup;

static DENTRY: DentryOps = DentryOps::lasting();

impl Rows {
    /// The entries `rows`, with numbers among the root's from `first` on.
    pub(super) const fn new(rows: &'static [Entry<RootNode>], first: u8) -> Self {
        Self {
            table: Table::new(rows),
            first,
        }
    }

    /// How many of the entries are directories.
    pub(super) fn directories(&self) -> u32 {
        self.table.nlink(LEVEL).saturating_sub(2)
    }

    /// The entry called `name`.
    pub(super) fn find(&self, name: &[u8]) -> Option<RootEntry> {
        self.table.find(LEVEL, name).map(|row| self.entry(row))
    }

    fn entry(&self, row: Row<RootNode>) -> RootEntry {
        let number = self.first.saturating_add(row.index);
        RootEntry { row, number }
    }

    /// Lists the entries from the reader's position on that are `listed`, the first of all at `start`; false if it takes no more.
    pub(super) fn list(
        &self,
        listing: &mut Listing<'_, '_>,
        start: i64,
        listed: impl Fn(&RootEntry) -> bool,
    ) -> bool {
        let skipped = usize::try_from(listing.pos() - start).unwrap_or(0);
        (start..)
            .zip(self.table.at(LEVEL))
            .skip(skipped)
            .map(|(pos, row)| (pos, row.entry.name.as_bytes(), self.entry(row)))
            .filter(|(.., entry)| listed(entry))
            .all(|(pos, name, entry)| listing.child(pos, name, entry.mode(), entry.key()))
    }
}

/// An entry that belongs to no task.
pub(super) struct RootEntry {
    row: Row<RootNode>,
    number: u8,
}

impl RootEntry {
    /// Whether it is there where only tasks are shown.
    pub(super) fn of_tasks(&self) -> bool {
        self.row.entry.kind.of_tasks
    }
}

impl Child for RootEntry {
    fn mode(&self) -> u16 {
        self.row.entry.mode
    }

    fn key(&self) -> Key {
        Key::Root(self.number)
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        let RootNode { node, .. } = &self.row.entry.kind;
        node.complete(new.immutable()).splice(dentry, &DENTRY)
    }
}
