// SPDX-License-Identifier: GPL-2.0

//! What an instance has and procfs has not: the directory `.proc2`, under a name that the kernel gives to no entry, and what stands
//! in it. It speaks of nothing but tasks, and so is there with `subset=pid` too.

use super::{
    self_link::LINKS,
    tasks, //
};
use crate::{
    pure::{
        entry::{
            Entry,
            Level,
            Row,
            Scope,
            Table, //
        },
        ino, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        vfs::{
            dentry::{
                DentryOps,
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
                PlainFile, //
            }, //
        }, //
    }, //
};
use kernel::prelude::*;

/// How an entry behaves.
struct Node {
    inode: &'static InodeOps,
    file: &'static FileOps,
}

/// The entries of one directory.
pub(super) struct Entries {
    table: Table<Node>,
    /// The row of the root's inode numbers that the first entry has.
    first: u8,
}

/// Those of the root.
pub(super) static ROOT: Entries = Entries::new(ROOT_ROWS, LINKS.len() as u8);
/// How many those are.
pub(super) const ROOT_LEN: usize = ROOT_ROWS.len();
/// Those of `.proc2`.
static INSIDE: Entries = Entries::new(INSIDE_ROWS, 128);

const ROOT_ROWS: &[Entry<Node>] = &[Entry {
    name: ".proc2",
    mode: 0o040_555,
    scope: Scope::ThreadGroup,
    kind: Node {
        inode: &InodeOps::of::<Inside>(),
        file: &FileOps::directory::<Inside>(Seek::Generic),
    },
}];

const INSIDE_ROWS: &[Entry<Node>] = &[Entry {
    name: "tasks",
    mode: 0o100_444,
    scope: Scope::ThreadGroup,
    kind: Node {
        inode: &InodeOps::of::<PlainFile>(),
        file: &tasks::FILE_OPS,
    },
}];

static DENTRY: DentryOps = DentryOps::lasting();

impl Entries {
    const fn new(rows: &'static [Entry<Node>], first: u8) -> Self {
        Self {
            table: Table::new(rows),
            first,
        }
    }

    /// How many of the entries are directories.
    pub(super) fn directories(&self) -> u32 {
        self.table.nlink(Level::ThreadGroup).saturating_sub(2)
    }

    fn ino(&self, row: &Row<Node>) -> u64 {
        ino::of_root_row(self.first.saturating_add(row.index))
    }

    /// The inode of the entry that is looked up, if it is one of these.
    pub(super) fn lookup(&self, dentry: &Lookup<'_>) -> Option<Result<NewInode>> {
        let row = self.table.find(Level::ThreadGroup, dentry.name())?;
        let Node { inode, file } = &row.entry.kind;
        let nlink = match DirType::of_mode(row.entry.mode) {
            DirType::Dir => 2,
            _ => 1,
        };
        Some(NewInode::new(dentry.super_block()).map(|new| {
            new.ino(self.ino(&row))
                .mode(row.entry.mode)
                .nlink(nlink)
                .ops(inode)
                .file_ops(file)
                .immutable()
        }))
    }

    /// Emits the entries from the reader's position on, the first of which stands at `start`; false if it takes no more.
    pub(super) fn emit(&self, emitter: &mut DirEmitter<'_>, start: i64) -> bool {
        let skipped = usize::try_from(emitter.pos() - start).unwrap_or(0);
        for row in self.table.at(Level::ThreadGroup).skip(skipped) {
            let kind = DirType::of_mode(row.entry.mode);
            if !emitter.emit(row.entry.name.as_bytes(), self.ino(&row), kind) {
                return false;
            }
            emitter.set_pos(emitter.pos() + 1);
        }
        true
    }
}

/// Gives a dentry the inode that [`Entries::lookup`] has made for it.
///
/// # Errors
///
/// `ENOMEM`.
pub(super) fn splice(dentry: Lookup<'_>, inode: Result<NewInode>) -> Result<Found> {
    inode?.splice(dentry, &DENTRY)
}

/// The directory `.proc2`.
struct Inside;

#[vtable]
impl InodeOperations for Inside {
    fn lookup(_dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let inode = INSIDE.lookup(&dentry).ok_or(ENOENT)?;
        splice(dentry, inode)
    }
}

impl Directory for Inside {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        if emitter.dots() {
            INSIDE.emit(emitter, 2);
        }
        Ok(())
    }
}
