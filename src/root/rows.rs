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
    pure::{
        entry::{
            Entry,
            Level,
            Row,
            Scope,
            Table, //
        },
        subset::RootEntry, //
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
pub(super) struct OwnNode {
    /// Its operations.
    node: Node,
    /// What it speaks of, by which `subset=` decides whether it is there.
    kind: RootEntry,
}

/// The entries of one directory that belong to no task.
pub(super) struct Rows {
    table: Table<OwnNode>,
    /// Where their numbers begin among the root's.
    first: u8,
}

/// A directory that belongs to no task.
pub(super) const fn dir(name: &'static str, kind: RootEntry, node: Node) -> Entry<OwnNode> {
    entry(name, 0o040_555, kind, node)
}

/// A file that belongs to no task.
pub(super) const fn file(name: &'static str, kind: RootEntry, node: Node) -> Entry<OwnNode> {
    entry(name, 0o100_444, kind, node)
}

const fn entry(name: &'static str, mode: u16, kind: RootEntry, node: Node) -> Entry<OwnNode> {
    Entry {
        name,
        mode,
        // A table's first level, whose directories hold no other.
        scope: Scope::ThreadGroup,
        kind: OwnNode { node, kind },
    }
}

const LEVEL: Level = Level::ThreadGroup;

static LASTING: DentryOps = DentryOps::lasting();
static DROPPED: DentryOps = DentryOps::unused_are_dropped();

impl Rows {
    /// The entries `rows`, with numbers among the root's from `first` on.
    pub(super) const fn new(rows: &'static [Entry<OwnNode>], first: u8) -> Self {
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
    pub(super) fn find(&self, name: &[u8]) -> Option<OwnEntry> {
        self.table.find(LEVEL, name).map(|row| self.entry(row))
    }

    fn entry(&self, row: Row<OwnNode>) -> OwnEntry {
        let key = Key::Root(self.first.saturating_add(row.index));
        OwnEntry { row, key }
    }

    /// Lists the entries from the reader's position on that are `listed`, the first of all at
    /// `start`; false if it takes no more.
    pub(super) fn list(
        &self,
        listing: &mut Listing<'_, '_>,
        start: i64,
        listed: impl Fn(&OwnEntry) -> bool,
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
pub(super) struct OwnEntry {
    row: Row<OwnNode>,
    key: Key,
}

impl OwnEntry {
    /// Its name.
    pub(super) fn name(&self) -> &'static [u8] {
        self.row.entry.name.as_bytes()
    }

    /// The same entry under a name that says more, with the number that is made of that name.
    pub(super) fn named(self, number: u64) -> Self {
        Self {
            key: Key::Made(number),
            ..self
        }
    }

    /// What it speaks of.
    pub(super) fn kind(&self) -> RootEntry {
        self.row.entry.kind.kind
    }
}

impl Child for OwnEntry {
    fn mode(&self) -> u16 {
        self.row.entry.mode
    }

    fn key(&self) -> Key {
        self.key
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        let OwnNode { node, .. } = &self.row.entry.kind;
        let ops = match self.key {
            // Of names there is no end.
            Key::Made(_) => &DROPPED,
            _ => &LASTING,
        };
        node.complete(new.immutable()).splice(dentry, ops)
    }
}
