// SPDX-License-Identifier: GPL-2.0

//! The one place that asks "may this caller".
//!
//! Two questions: may it know of a task at all (`hidepid=`), and may it see what an entry shows (the entry's gate). Both are
//! asked in each system call, not at open alone, and the second is answered with a token that the entry's handler takes as a
//! parameter: a handler that forgot to ask does not compile. What the kernel decides is asked of the kernel, with the calls, in
//! the order and with the errno of [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: a token of [`Read`] or [`Attach`], and [`Asked`], hold `exec_update_lock` of the task for reading. [`visible`] takes
//! nothing and does not sleep.

use crate::{
    pure::access::{
        visibility,
        HidePid,
        Place,
        Visibility, //
    },
    rust_bindings::{
        inode::Inode,
        signal::ExecUpdate,
        super_block::SuperBlock,
        task::{
            with_current,
            Ptrace,
            TaskExt, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

/// What everyone may see.
pub(crate) enum Anyone {}

/// What takes `PTRACE_MODE_READ`, or the caller gets `EACCES`.
pub(crate) enum Read {}

/// What takes `PTRACE_MODE_ATTACH`, or the caller gets `EPERM`.
pub(crate) enum Attach {}

/// The proof that the caller may see what entries with the gate `G` show of a task, as long as it lives.
pub(crate) struct Permitted<'a, G> {
    task: &'a Task,
    _lock: Option<ExecUpdate<'a>>,
    _gate: PhantomData<G>,
}

impl<'a, G> Permitted<'a, G> {
    fn new(task: &'a Task, lock: Option<ExecUpdate<'a>>) -> Self {
        Self {
            task,
            _lock: lock,
            _gate: PhantomData,
        }
    }

    /// The task.
    pub(crate) fn task(&self) -> &'a Task {
        self.task
    }
}

/// The token for what everyone may see.
pub(crate) fn anyone(task: &Task) -> Permitted<'_, Anyone> {
    Permitted::new(task, None)
}

/// Asks for [`Read`] (`do_io_accounting()`, `call_proc_get_link()`).
///
/// # Errors
///
/// `EACCES`; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn read(task: &Task) -> Result<Permitted<'_, Read>> {
    let lock = ExecUpdate::lock(task)?;
    if !task.ptrace_may_access(Ptrace::Read) {
        return Err(EACCES);
    }
    Ok(Permitted::new(task, Some(lock)))
}

/// Asks for [`Attach`] (`lock_trace()`).
///
/// # Errors
///
/// `EPERM`; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn attach(task: &Task) -> Result<Permitted<'_, Attach>> {
    let lock = ExecUpdate::lock(task)?;
    if !task.ptrace_may_access(Ptrace::Attach) {
        return Err(EPERM);
    }
    Ok(Permitted::new(task, Some(lock)))
}

/// The answer for entries that everyone may read but that show less to some.
pub(crate) struct Asked<'a> {
    anyone: Permitted<'a, Anyone>,
    read: bool,
}

impl<'a> Asked<'a> {
    /// The task.
    pub(crate) fn task(&self) -> &'a Task {
        self.anyone.task()
    }

    /// Whether the caller has `PTRACE_MODE_READ`.
    pub(crate) fn may_read(&self) -> bool {
        self.read
    }
}

/// Asks for `PTRACE_MODE_READ` where the answer only decides how much is shown.
///
/// # Errors
///
/// `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn ask(task: &Task, mode: Ptrace) -> Result<Asked<'_>> {
    let lock = ExecUpdate::lock(task)?;
    Ok(Asked {
        read: task.ptrace_may_access(mode),
        anyone: Permitted::new(task, Some(lock)),
    })
}

/// The memory of a task's address space, for entries that fix it at open (`proc_mem_open()` and `__mem_open()`).
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped or has no address space.
pub(crate) fn open_mm(inode: &Inode) -> Result<ARef<Mm>> {
    crate::rust_bindings::mm::access_for_read(&*inode.get_task().ok_or(ESRCH)?)
}

/// Whether the caller may look at the task's descriptors through `fdinfo` (`proc_fdinfo_permission()`).
///
/// Does not sleep: called in RCU walk too.
///
/// # Errors
///
/// `EACCES`; `ESRCH` once the task is reaped.
pub(crate) fn fdinfo(inode: &Inode) -> Result {
    let task = inode.get_task().ok_or(ESRCH)?;
    if task.ptrace_may_access(Ptrace::Read) {
        Ok(())
    } else {
        Err(EACCES)
    }
}

/// Whether the caller may know of `task` at `place`, under the instance's `hidepid=` and `gid=`.
///
/// Does not sleep; may be called under RCU.
///
/// # Errors
///
/// `ENOENT` or `EPERM`, as the mode and the place want it.
pub(crate) fn visible(sb: &SuperBlock, task: &Task, place: Place) -> Result {
    // No other number can have been stored.
    let mode = HidePid::from_number(sb.hide_pid()).unwrap_or(HidePid::NotPtraceable);
    let verdict = visibility(
        mode,
        place,
        || sb.gid().current_is_member(),
        || task.ptrace_may_access(Ptrace::Read),
    );
    match verdict {
        Visibility::Allowed => Ok(()),
        Visibility::Hidden => Err(ENOENT),
        Visibility::Denied => Err(EPERM),
    }
}

/// [`visible`] for the task that an inode belongs to.
///
/// # Errors
///
/// As [`visible`]; `ESRCH` once the task is reaped.
pub(crate) fn visible_at(inode: &Inode, place: Place) -> Result {
    let task = inode.get_task().ok_or(ESRCH)?;
    visible(inode.super_block(), &task, place)
}

/// Lets a process act on its own threads alone (`comm_write()`).
///
/// # Errors
///
/// `EINVAL` for a task of another process.
pub(crate) fn own_process(task: &Task) -> Result<&Task> {
    if with_current(|current| current.same_thread_group(task)) {
        Ok(task)
    } else {
        Err(EINVAL)
    }
}
