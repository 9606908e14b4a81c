// SPDX-License-Identifier: GPL-2.0

//! The gates of a task's address space. A file that fixes it at open is asked then, and not again.
//!
//! Mirrors `proc_mem_open()`, `__mem_open()` and `mm_access()` as [`fs/proc/base.c`](srctree/fs/proc/base.c) uses them.
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

/// The memory of a task's address space, for entries that fix it at open (`proc_mem_open()` and `__mem_open()`).
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped or has no address space.
pub(crate) fn open_mm(inode: &Inode) -> Result<ARef<Mm>> {
    mm::open(&*inode.get_task().ok_or(ESRCH)?, Ptrace::Read)
}

/// As [`open_mm`], for callers that want to change it too (`PTRACE_MODE_ATTACH`).
///
/// # Errors
///
/// As [`open_mm`].
pub(crate) fn attach_mm(inode: &Inode) -> Result<ARef<Mm>> {
    mm::open(&*inode.get_task().ok_or(ESRCH)?, Ptrace::Attach)
}

/// As [`open_mm`], for entries that are empty without an address space (`proc_maps_open()`).
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn open_mm_if_any(inode: &Inode) -> Result<Option<ARef<Mm>>> {
    let task = inode.get_task().ok_or(ESRCH)?;
    match mm::open(&task, Ptrace::Read) {
        Err(err) if err == ESRCH => Ok(None),
        mm => mm.map(Some),
    }
}

/// A task's address space, kept in use, for what is asked in each system call (`proc_map_files_lookup()` and its like).
///
/// # Errors
///
/// `EACCES`; `ESRCH` without an address space; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn mm(task: &Task) -> Result<ARef<MmWithUser>> {
    mm::open_users(task, Ptrace::Read)
}
