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
    dir::{
        Children,
        Dir, //
    },
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
        directory::DirectoryGate,
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

/// The file types of rows, as in `st_mode`.
const DIR: u16 = 0o040_000;
const FILE: u16 = 0o100_000;
const LINK: u16 = 0o120_000;

const fn row(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Row {
    Entry {
        name,
        mode,
        scope,
        kind,
    }
}

/// Makes the constructors: each takes gates and an entry as types, and makes rows of one type with
/// the node that is made of them.
macro_rules! constructors {
    ($($(#[$meta:meta])* $name:ident[$($types:tt)+]: $file_type:ident = $node:expr;)+) => {$(
        $(#[$meta])*
        pub(crate) const fn $name<$($types)+>(name: &'static str, mode: u16, scope: Scope) -> Row {
            row(name, $file_type | mode, scope, $node)
        }
    )+};
}

// `G` is the gate of reading, `W` that of writing, `E` the entry.
constructors! {
    /// A directory.
    dir[G: DirectoryGate, D: Children<Gate = G>]: DIR = Dir::<D>::NODE;

    /// A magic link.
    link[G: Gate, E: LinkEntry<G>]: LINK = Link::<G, E>::NODE;

    /// A single record of text.
    text[G: Gate, E: TextEntry<G>]: FILE = TextFile::<G, E>::NODE;

    /// A single record of text that is written too.
    text_rw[G: Gate, W: WriteGate, E: TextEntry<G> + WriteEntry<W>]: FILE =
        WritableTextFile::<G, W, E>::NODE;

    /// A short value.
    live[G: Gate, E: LiveEntry<G>]: FILE = LiveFile::<G, E>::NODE;

    /// A short value that is written too.
    live_rw[G: Gate, W: WriteGate, E: LiveEntry<G> + WriteEntry<W>]: FILE =
        WritableLiveFile::<G, W, E>::NODE;

    /// What a task has now.
    stream[G: AtomicGate, E: StreamEntry<G>]: FILE = StreamFile::<G, E>::NODE;

    /// Many records.
    records[G: AtomicGate, E: RecordsEntry<G>]: FILE = RecordsFile::<G, E>::NODE;

    /// What is read from the address space that the task had at open.
    memory[G: MemoryGate, E: MemoryEntry]: FILE = MemoryFile::<G, E>::NODE;

    /// The memory itself of that address space.
    address[G: MemoryGate, E: AddressEntry]: FILE = AddressFile::<G, E>::NODE;

    /// Its mappings.
    mappings[G: MemoryGate, E: MappingsEntry]: FILE = MappingsFile::<G, E>::NODE;

    /// A map of ids of the user namespace that the task was in at open.
    #[cfg(CONFIG_USER_NS)]
    id_map[G: AtomicGate, W: NamespaceGate, E: IdMapEntry]: FILE = IdMapFile::<G, W, E>::NODE;

    /// Whether groups may be set there.
    #[cfg(CONFIG_USER_NS)]
    setgroups[G: AtomicGate, W: NamespaceGate, E: SetgroupsEntry]: FILE =
        SetgroupsFile::<G, W, E>::NODE;

    /// What a subsystem's function writes.
    formatter[G: Gate, E: Formatter]: FILE = SeqText::<G, BySubsystem<E>>::NODE;

    /// What a subsystem writes, for an entry that is written too.
    formatter_rw[G: Gate, W: WriteGate, E: SeqEntry<G> + WriteEntry<W>]: FILE =
        WritableSeqText::<G, W, E>::NODE;
}

/// A file that the kernel's own operations serve, which ask by themselves.
pub(crate) const fn kernel_file(
    name: &'static str,
    mode: u16,
    scope: Scope,
    ops: fn() -> &'static FileOps,
) -> Row {
    row(name, FILE | mode, scope, Node::KernelFile(ops))
}

/// A table of mounts, which the kernel's own operations open, with its checks, and walk through.
pub(crate) const fn mount_table(
    name: &'static str,
    mode: u16,
    scope: Scope,
    ops: fn() -> &'static FileOps,
) -> Row {
    kernel_file(name, mode, scope, ops)
}

/// A directory that the kernel's own operations serve, which ask by themselves.
pub(crate) const fn kernel_dir(
    name: &'static str,
    mode: u16,
    scope: Scope,
    inode: fn() -> &'static InodeOps,
    file: fn() -> &'static FileOps,
) -> Row {
    row(name, DIR | mode, scope, Node::KernelDir { inode, file })
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
