// SPDX-License-Identifier: GPL-2.0

//! Entries of the address space that a task had when the file was opened, whatever became of the
//! task since.
//!
//! Mirrors the functions of [`fs/proc/base.c`](srctree/fs/proc/base.c) and
//! [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c) that begin with `proc_mem_open()`. What a
//! file keeps is a count of the memory, not of its users.

use super::node::Node;
use crate::{
    gate::memory::{
        self,
        MemoryGate, //
    },
    rust_bindings::{
        memory::vma::{
            LastPlace,
            Vma, //
        },
        procfs::{
            procmap_query::UserQuery,
            vma_seq::Mappings, //
        },
        vfs::{
            file::{
                File,
                FileOperations,
                FileOps,
                SeekFrom, //
            },
            inode::Inode,
            seq::SeqFile,
            user::{
                UserBuf,
                UserData, //
            }, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

/// An entry that is read from an address space.
pub(crate) trait MemoryEntry: 'static {
    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn read(mm: &Mm, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

/// The file of such an entry, for openers that the gate `G` lets in.
pub(crate) struct MemoryFile<G, E>(PhantomData<(G, E)>);

impl<G: MemoryGate, E: MemoryEntry> MemoryFile<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::of::<Self>());
}

#[vtable]
impl<G: MemoryGate, E: MemoryEntry> FileOperations for MemoryFile<G, E> {
    type Data = ARef<Mm>;

    fn open(inode: &Inode, _file: &File) -> Result<ARef<Mm>> {
        memory::open::<G>(inode)
    }

    fn read(mm: &Mm, _file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        E::read(mm, buf, pos)
    }
}

/// The address space of a file whose positions are addresses in it.
pub(crate) struct Memory<'a> {
    mm: &'a Mm,
    inode: &'a Inode,
}

impl<'a> Memory<'a> {
    /// The address space.
    pub(crate) fn mm(&self) -> &'a Mm {
        self.mm
    }

    /// Whether the caller traces the task that the entry belongs to, and it has this address space
    /// now.
    pub(crate) fn is_traced_by_current(&self) -> bool {
        memory::is_tracer(self.inode, self.mm)
    }
}

/// An entry that is the memory of an address space, to be read and written.
pub(crate) trait AddressEntry: 'static {
    /// Reads at the address `pos`, moves `pos`, and returns how much was read.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn read(memory: &Memory<'_>, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;

    /// Writes at the address `pos`, moves `pos`, and returns how much was written.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn write(memory: &Memory<'_>, data: &mut UserData, pos: &mut i64) -> Result<usize>;
}

/// The file of such an entry, for openers that the gate `G` lets in.
pub(crate) struct AddressFile<G, E>(PhantomData<(G, E)>);

impl<G: MemoryGate, E: AddressEntry> AddressFile<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::of::<Self>());
}

#[vtable]
impl<G: MemoryGate, E: AddressEntry> FileOperations for AddressFile<G, E> {
    type Data = ARef<Mm>;

    const UNSIGNED_OFFSET: bool = true;

    fn open(inode: &Inode, _file: &File) -> Result<ARef<Mm>> {
        memory::open::<G>(inode)
    }

    fn read(mm: &Mm, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let inode = file.inode();
        E::read(&Memory { mm, inode }, buf, pos)
    }

    fn write(mm: &Mm, file: &File, data: &mut UserData, pos: &mut i64) -> Result<usize> {
        let inode = file.inode();
        E::write(&Memory { mm, inode }, data, pos)
    }

    fn llseek(_mm: &Mm, _file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        *pos = match to {
            SeekFrom::Start(offset) => offset,
            SeekFrom::Current(offset) => pos.wrapping_add(offset),
            SeekFrom::Other => return Err(EINVAL),
        };
        Ok(())
    }
}

/// An entry that lists mappings.
pub(crate) trait MappingsEntry: 'static {
    /// Writes the record of a mapping. It is locked, and so may RCU be: must not sleep.
    fn show(seq: &SeqFile, vma: &Vma, last: &mut LastPlace);

    /// Answers the ioctl `PROCMAP_QUERY`.
    ///
    /// # Errors
    ///
    /// The entry's own.
    fn query(mm: Option<&Mm>, query: UserQuery) -> Result;
}

/// The file of such an entry, for openers that the gate `G` lets in; it is empty without an address
/// space.
pub(crate) struct MappingsFile<G, E>(PhantomData<(G, E)>);

impl<G: MemoryGate, E: MappingsEntry> MappingsFile<G, E> {
    /// The entry's node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::mappings::<Self>());
}

impl<G: MemoryGate, E: MappingsEntry> Mappings for MappingsFile<G, E> {
    fn open(inode: &Inode) -> Result<Option<ARef<Mm>>> {
        memory::open_if_any::<G>(inode)
    }

    #[inline]
    fn show(seq: &SeqFile, vma: &Vma, last: &mut LastPlace) {
        E::show(seq, vma, last);
    }

    fn query(mm: Option<&Mm>, query: UserQuery) -> Result {
        E::query(mm, query)
    }
}
