// SPDX-License-Identifier: GPL-2.0

//! The gates of a task's address space: a file that fixes it at open is asked then, and not again.
//!
//! Mirrors `proc_mem_open()`, `__mem_open()` and `mm_access()` as
//! [`fs/proc/base.c`](srctree/fs/proc/base.c) uses them.
//!
//! Locks: `exec_update_lock` while it is asked.

use crate::rust_bindings::{
    memory::mm,
    tasks::{
        pid::FindTask,
        task::Ptrace, //
    },
    vfs::inode::Inode, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

/// A check in front of a task's address space.
pub(crate) trait MemoryGate: 'static {
    /// What the caller must have.
    const MODE: Ptrace;
}

/// Openers with `PTRACE_MODE_READ`; others get `EACCES` (`environ_open()`, `proc_maps_open()`).
pub(crate) enum OpenRead {}

impl MemoryGate for OpenRead {
    const MODE: Ptrace = Ptrace::Read;
}

/// Openers with `PTRACE_MODE_ATTACH`; others get `EACCES` (`mem_open()`).
pub(crate) enum OpenAttach {}

impl MemoryGate for OpenAttach {
    const MODE: Ptrace = Ptrace::Attach;
}

/// The memory of the address space of the task that `inode` belongs to.
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped or has no address space; `EINTR` if the caller is killed
/// while an exec is under way.
pub(crate) fn open<G: MemoryGate>(inode: &Inode) -> Result<ARef<Mm>> {
    mm::open(&*inode.get_task().ok_or(ESRCH)?, G::MODE)
}

/// As [`open`], where there need be none.
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped; `EINTR` if the caller is killed while an exec is under
/// way.
pub(crate) fn open_if_any<G: MemoryGate>(inode: &Inode) -> Result<Option<ARef<Mm>>> {
    let task = inode.get_task().ok_or(ESRCH)?;
    match mm::open(&task, G::MODE) {
        Err(err) if err == ESRCH => Ok(None),
        mm => mm.map(Some),
    }
}

/// A task's address space, kept in use, for what is asked in each system call
/// (`proc_map_files_lookup()` and its like).
///
/// # Errors
///
/// `EACCES`; `ESRCH` without an address space; `EINTR` if the caller is killed while an exec is
/// under way.
pub(crate) fn mm(task: &Task) -> Result<ARef<MmWithUser>> {
    mm::open_users(task, Ptrace::Read)
}

/// Whether the caller traces the task that `inode` belongs to, and `mm` is the address space that
/// it has now (`proc_mem_foll_force()`).
pub(crate) fn is_tracer(inode: &Inode, mm: &Mm) -> bool {
    inode
        .get_task()
        .is_some_and(|task| mm::is_traced_by_current(&task, mm))
}
