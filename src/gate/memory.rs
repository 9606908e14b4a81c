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
    /// Asks, and gives the memory of the task's address space.
    ///
    /// # Errors
    ///
    /// Those of [`mm::open`].
    fn ask(task: &Task) -> Result<ARef<Mm>>;
}

/// What mutants have instead of [`mm::open`].
#[cfg(mutate)]
fn any(task: &Task) -> Result<ARef<Mm>> {
    mm::of_task(task).map(|mm| ARef::from(&**mm)).ok_or(ESRCH)
}

/// Openers with `PTRACE_MODE_READ`; others get `EACCES` (`environ_open()`, `proc_maps_open()`).
pub(crate) enum OpenRead {}

impl MemoryGate for OpenRead {
    fn ask(task: &Task) -> Result<ARef<Mm>> {
        mutant!("OpenRead: asks nothing", mm::open(task, Ptrace::Read) => any(task))
    }
}

/// Openers with `PTRACE_MODE_ATTACH`; others get `EACCES` (`mem_open()`).
pub(crate) enum OpenAttach {}

impl MemoryGate for OpenAttach {
    fn ask(task: &Task) -> Result<ARef<Mm>> {
        mutant!("OpenAttach: asks nothing", mm::open(task, Ptrace::Attach) => any(task))
    }
}

/// The memory of the address space of the task that `inode` belongs to.
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped or has no address space; `EINTR` if the caller is killed
/// while an exec is under way.
pub(crate) fn open<G: MemoryGate>(inode: &Inode) -> Result<ARef<Mm>> {
    G::ask(&*inode.get_task().ok_or(ESRCH)?)
}

/// As [`open`], where there need be none.
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped; `EINTR` if the caller is killed while an exec is under
/// way.
pub(crate) fn open_if_any<G: MemoryGate>(inode: &Inode) -> Result<Option<ARef<Mm>>> {
    let task = inode.get_task().ok_or(ESRCH)?;
    match G::ask(&task) {
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
    mutant!(
        "map_files: asks nothing",
        mm::open_users(task, Ptrace::Read) => mm::of_task(task).ok_or(ESRCH)
    )
}

/// Whether the caller traces the task that `inode` belongs to, and `mm` is the address space that
/// it has now (`proc_mem_foll_force()`).
pub(crate) fn is_tracer(inode: &Inode, mm: &Mm) -> bool {
    inode
        .get_task()
        .is_some_and(|task| mm::is_traced_by_current(&task, mm))
}
