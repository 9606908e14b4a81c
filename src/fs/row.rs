// SPDX-License-Identifier: GPL-2.0

//! Rows of the table of a task's entries: a constructor for each kind of entry, whose types say
//! behind which gates the entry stands and who writes it.
//!
//! Mirrors the macros `DIR()`, `LNK()`, `REG()` and `ONE()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

#[cfg(CONFIG_USER_NS)]
use super::namespace::{
    IdMapEntry,
    IdMapFile,
    SetgroupsEntry,
    SetgroupsFile, //
};
use super::{
    formatter::{
        BySubsystem,
        SeqEntry,
        SeqText,
        WritableSeqText, //
    },
    link::{
        Link,
        LinkEntry, //
    },
    live::{
        LiveEntry,
        LiveFile,
        WritableLiveFile, //
    },
    memory::{
        AddressEntry,
        AddressFile,
        MappingsEntry,
        MappingsFile,
        MemoryEntry,
        MemoryFile, //
    },
    node::Node,
    permission::OpenTo,
    records::{
        RecordsEntry,
        RecordsFile, //
    },
    stream::{
        StreamEntry,
        StreamFile, //
    },
    text::{
        TextEntry,
        TextFile,
        WritableTextFile, //
    },
    write::WriteEntry, //
};
#[cfg(CONFIG_USER_NS)]
use crate::gate::change::NamespaceGate;
use crate::{
    gate::{
        memory::MemoryGate,
        AtomicGate,
        Gate,
        WriteGate, //
    },
    pure::entry::{
        Entry,
        Scope, //
    },
    rust_bindings::{
        procfs::kernel_files::Formatter,
        vfs::{
            file::FileOps,
            inode_ops::InodeOps, //
        }, //
    }, //
};

/// A row of a task's table.
pub(crate) type Row = Entry<Node>;

const fn row(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Row {
    Entry {
        name,
        mode,
        scope,
        kind,
    }
}

/// A directory.
pub(crate) const fn dir(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Row {
    row(name, 0o040_000 | mode, scope, kind)
}

const fn file(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Row {
    row(name, 0o100_000 | mode, scope, kind)
}

/// A magic link.
pub(crate) const fn link<G: Gate, E: LinkEntry<G>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    row(name, 0o120_000 | mode, scope, Link::<G, E>::NODE)
}

/// A single record of text.
pub(crate) const fn text<G: Gate, E: TextEntry<G>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, TextFile::<G, E>::NODE)
}

/// As [`text`], for an entry that is written too, behind the gate `W`.
pub(crate) const fn text_rw<G: Gate, W: WriteGate, E: TextEntry<G> + WriteEntry<W>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, WritableTextFile::<G, W, E>::NODE)
}

/// A short value.
pub(crate) const fn live<G: Gate, E: LiveEntry<G>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, LiveFile::<G, E>::NODE)
}

/// As [`live`], for an entry that is written too, behind the gate `W`.
pub(crate) const fn live_rw<G: Gate, W: WriteGate, E: LiveEntry<G> + WriteEntry<W>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, WritableLiveFile::<G, W, E>::NODE)
}

/// What a task has now.
pub(crate) const fn stream<G: AtomicGate, E: StreamEntry<G>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, StreamFile::<G, E>::NODE)
}

/// Many records.
pub(crate) const fn records<G: AtomicGate, E: RecordsEntry<G>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, RecordsFile::<G, E>::NODE)
}

/// What is read from the address space that the task had at open.
pub(crate) const fn memory<G: MemoryGate, E: MemoryEntry>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, MemoryFile::<G, E>::NODE)
}

/// The memory itself of that address space.
pub(crate) const fn address<G: MemoryGate, E: AddressEntry>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, AddressFile::<G, E>::NODE)
}

/// Its mappings.
pub(crate) const fn mappings<G: MemoryGate, E: MappingsEntry>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, MappingsFile::<G, E>::NODE)
}

/// A map of ids of the user namespace that the task was in at open.
#[cfg(CONFIG_USER_NS)]
pub(crate) const fn id_map<G: AtomicGate, W: NamespaceGate, E: IdMapEntry>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, IdMapFile::<G, W, E>::NODE)
}

/// Whether groups may be set there.
#[cfg(CONFIG_USER_NS)]
pub(crate) const fn setgroups<G: AtomicGate, W: NamespaceGate, E: SetgroupsEntry>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, SetgroupsFile::<G, W, E>::NODE)
}

/// What the subsystem's function `F` writes.
pub(crate) const fn formatter<G: Gate, F: Formatter>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, SeqText::<G, BySubsystem<F>>::NODE)
}

/// What a subsystem writes, for an entry that is written too, behind the gate `W`.
pub(crate) const fn formatter_rw<G: Gate, W: WriteGate, E: SeqEntry<G> + WriteEntry<W>>(
    name: &'static str,
    mode: u16,
    scope: Scope,
) -> Row {
    file(name, mode, scope, WritableSeqText::<G, W, E>::NODE)
}

/// A file that the kernel's own operations serve, which ask by themselves.
pub(crate) const fn kernel_file(
    name: &'static str,
    mode: u16,
    scope: Scope,
    ops: fn() -> &'static FileOps,
) -> Row {
    file(name, mode, scope, Node::KernelFile(ops))
}

/// A directory that the kernel's own operations serve, which ask by themselves.
pub(crate) const fn kernel_dir(
    name: &'static str,
    mode: u16,
    scope: Scope,
    inode: fn() -> &'static InodeOps,
    file: fn() -> &'static FileOps,
) -> Row {
    dir(name, mode, scope, Node::KernelDir { inode, file })
}

impl Row {
    /// The same entry, open to callers that the gate `G` lets in whatever the mode says.
    pub(crate) const fn open_to<G: AtomicGate>(self) -> Self {
        let Self {
            name,
            mode,
            scope,
            kind,
        } = self;
        let kind = match kind {
            Node::File { file, .. } => Node::File {
                inode: OpenTo::<G>::OPS,
                file,
            },
            other => other,
        };
        row(name, mode, scope, kind)
    }
}
