// SPDX-License-Identifier: GPL-2.0

//! The one place that asks "may this caller".
//!
//! Two questions: may it know of a task at all (`hidepid=`), and may it see what an entry shows (the entry's gate). Both are
//! asked in each system call, not at open alone, and the second is answered with a token that the entry's handler takes as a
//! parameter: a handler that forgot to ask does not compile. What the kernel decides is asked of the kernel, with the calls, in
//! the order and with the errno of [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: a token of [`Entered`], [`Read`] or [`Attach`], and [`Asked`], hold `exec_update_lock` of the task for reading. [`visible`] takes
//! nothing and does not sleep.

#[cfg(CONFIG_SECURITY)]
use crate::rust_bindings::credentials::lsm::current_creds_are_real;
use crate::{
    pure::access::{
        visibility,
        HidePid,
        Place,
        Visibility, //
    },
    rust_bindings::{
        credentials::cred::{
            capable,
            has_capability_noaudit,
            Capability,
            UserNamespace, //
        },
        memory::mm,
        tasks::{
            pid::FindTask,
            signal::ExecUpdate,
            task::{
                with_current,
                Ptrace,
                TaskExt, //
            }, //
        },
        vfs::{
            file::File,
            inode::Inode,
            super_block::SuperBlock, //
        }, //
    }, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

/// A check that entries stand behind, and what is held while its answer is used.
pub(crate) trait Gate {
    /// The lock that keeps the answer true.
    type Lock<'a>;
}

/// What everyone may see.
pub(crate) enum Anyone {}

/// What takes `PTRACE_MODE_READ`, or the caller gets `EACCES`.
pub(crate) enum Read {}

/// What takes `PTRACE_MODE_ATTACH`, or the caller gets `EPERM`.
pub(crate) enum Attach {}

/// What everyone may see who may enter the task's directory, shown at another place than that.
pub(crate) enum Entered {}

impl Gate for Anyone {
    type Lock<'a> = ();
}

impl Gate for Entered {
    type Lock<'a> = ExecUpdate<'a>;
}

impl Gate for Read {
    type Lock<'a> = ExecUpdate<'a>;
}

impl Gate for Attach {
    type Lock<'a> = ExecUpdate<'a>;
}

/// The proof that the caller may see what entries with the gate `G` show of a task, as long as it lives.
pub(crate) struct Permitted<'a, G: Gate> {
    task: &'a Task,
    _lock: G::Lock<'a>,
}

impl<'a, G: Gate> Permitted<'a, G> {
    /// The task.
    pub(crate) fn task(&self) -> &'a Task {
        self.task
    }
}

/// The token for what everyone may see.
pub(crate) fn anyone(task: &Task) -> Permitted<'_, Anyone> {
    Permitted { task, _lock: () }
}

/// Asks for [`Entered`]: none where the instance has no `/<pid>` of `task` that the caller may enter.
///
/// # Errors
///
/// `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn entered<'a>(
    sb: &SuperBlock,
    task: &'a Task,
) -> Result<Option<Permitted<'a, Entered>>> {
    let _lock = ExecUpdate::lock(task)?;
    // Who may enter a directory may find it too: lookup never hides more.
    let visible = visible(sb, task, Place::Permission).is_ok();
    Ok(visible.then_some(Permitted { task, _lock }))
}

/// Asks for [`Read`] (`do_io_accounting()`, `call_proc_get_link()`).
///
/// # Errors
///
/// `EACCES`; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn read(task: &Task) -> Result<Permitted<'_, Read>> {
    let _lock = ExecUpdate::lock(task)?;
    if !task.ptrace_may_access(Ptrace::Read) {
        return Err(EACCES);
    }
    Ok(Permitted { task, _lock })
}

/// Asks for [`Attach`] (`lock_trace()`).
///
/// # Errors
///
/// `EPERM`; `EINTR` if the caller is killed while an exec is under way.
pub(crate) fn attach(task: &Task) -> Result<Permitted<'_, Attach>> {
    let _lock = ExecUpdate::lock(task)?;
    if !task.ptrace_may_access(Ptrace::Attach) {
        return Err(EPERM);
    }
    Ok(Permitted { task, _lock })
}

/// The answer for entries that everyone may read but that show less to some.
pub(crate) struct Asked<'a> {
    task: &'a Task,
    read: bool,
    _lock: ExecUpdate<'a>,
}

impl<'a> Asked<'a> {
    /// The task.
    pub(crate) fn task(&self) -> &'a Task {
        self.task
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
    let _lock = ExecUpdate::lock(task)?;
    Ok(Asked {
        task,
        read: task.ptrace_may_access(mode),
        _lock,
    })
}

/// The memory of a task's address space, for entries that fix it at open (`proc_mem_open()` and `__mem_open()`).
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task is reaped or has no address space.
pub(crate) fn open_mm(inode: &Inode) -> Result<ARef<Mm>> {
    mm::open(&*inode.get_task().ok_or(ESRCH)?, Ptrace::Read)
}

/// As [`open_mm`], for who wants to change it too (`PTRACE_MODE_ATTACH`).
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

/// Lets who may checkpoint and restore processes follow the links of `map_files`, which lead by directories that the caller
/// may be shut out of (`proc_map_files_get_link()`).
///
/// # Errors
///
/// `EPERM`.
pub(crate) fn follow_mapped_file() -> Result {
    let ns = UserNamespace::initial();
    if ns.capable(Capability::CheckpointRestore) || ns.capable(Capability::Admin) {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// Whether the caller may look at the task's descriptors through `fdinfo` (`proc_fdinfo_permission()`).
///
/// Does not sleep: called in RCU walk too.
///
/// # Errors
///
/// `EACCES`; `ESRCH` once the task is reaped.
pub(crate) fn fdinfo(inode: &Inode) -> Result {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(ESRCH)?;
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
    let verdict = visibility(
        hide_pid(sb),
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

/// [`visible`] for whoever lists many tasks: what is the same for all of them is asked once.
pub(crate) struct Lister {
    mode: HidePid,
    exempt: bool,
}

impl Lister {
    /// The caller, as the instance's options are now.
    pub(crate) fn new(sb: &SuperBlock) -> Self {
        let mode = hide_pid(sb);
        Self {
            mode,
            exempt: mode != HidePid::Off && sb.gid().current_is_member(),
        }
    }

    /// Whether the caller may know of `task` when it lists tasks. Does not sleep; may be called under RCU.
    pub(crate) fn sees(&self, task: &Task) -> bool {
        let may_ptrace = || task.ptrace_may_access(Ptrace::Read);
        visibility(self.mode, Place::Readdir, || self.exempt, may_ptrace) == Visibility::Allowed
    }
}

fn hide_pid(sb: &SuperBlock) -> HidePid {
    // No other number can have been stored.
    HidePid::from_number(sb.hide_pid()).unwrap_or(HidePid::NotPtraceable)
}

/// [`visible`] for the task that an inode belongs to.
///
/// # Errors
///
/// As [`visible`]; `ESRCH` once the task is reaped.
pub(crate) fn visible_at(inode: &Inode, place: Place) -> Result {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(ESRCH)?;
    visible(inode.super_block(), task, place)
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

/// Lets who has `CAP_SYS_RESOURCE` in the initial user namespace spare a process more than it was allowed to ask for
/// (`__set_oom_adj()`).
///
/// # Errors
///
/// `EACCES`.
pub(crate) fn spare_more() -> Result {
    if capable(Capability::Resource) {
        Ok(())
    } else {
        Err(EACCES)
    }
}

/// Whether the caller has `CAP_SYS_RESOURCE` in the initial user namespace, asked without an audit record.
pub(crate) fn may_set_limits_quietly() -> bool {
    with_current(|current| has_capability_noaudit(current, Capability::Resource))
}

/// Lets a task that is not a kernel thread act on itself alone (`proc_loginuid_write()`).
///
/// # Errors
///
/// `EPERM`.
pub(crate) fn own_task(inode: &Inode) -> Result {
    let own = inode.get_task().is_some_and(|task| {
        with_current(|current| core::ptr::eq(current, &*task) && !current.is_kthread())
    });
    if own {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// Lets who has `CAP_SYS_RESOURCE` in the initial user namespace make a task's requests fail (`proc_fault_inject_write()`).
///
/// # Errors
///
/// `EPERM`.
#[cfg(CONFIG_FAULT_INJECTION)]
pub(crate) fn inject_faults() -> Result {
    if capable(Capability::Resource) {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// What is to be done with a task's timer slack.
#[derive(Clone, Copy)]
pub(crate) enum Slack {
    /// See it.
    See,
    /// Set it.
    Set,
}

/// Whether the caller may see or set the timer slack of `task` (`timerslack_ns_show()`, `timerslack_ns_write()`).
///
/// # Errors
///
/// `EPERM`, or what the security modules say.
pub(crate) fn timer_slack(task: &Task, slack: Slack) -> Result {
    if with_current(|current| core::ptr::eq(current, task)) {
        return Ok(());
    }
    if !UserNamespace::of_task(task).capable(Capability::Nice) {
        return Err(EPERM);
    }
    match slack {
        Slack::See => task.security_getscheduler(),
        Slack::Set => task.security_setscheduler(),
    }
}

/// Lets who has `CAP_SYS_ADMIN` in a user namespace open its `setgroups` for writing (`proc_setgroups_open()`).
///
/// # Errors
///
/// `EACCES`.
#[cfg(CONFIG_USER_NS)]
pub(crate) fn administer_ids(ns: &UserNamespace) -> Result {
    if ns.capable(Capability::Admin) {
        Ok(())
    } else {
        Err(EACCES)
    }
}

/// What takes `CAP_SYS_ADMIN` in the initial user namespace of whoever opened the file, or the caller gets `EACCES`, and then
/// [`Attach`].
#[cfg(CONFIG_STACKTRACE)]
pub(crate) enum AdminAttach {}

#[cfg(CONFIG_STACKTRACE)]
impl Gate for AdminAttach {
    type Lock<'a> = ExecUpdate<'a>;
}

/// Asks for [`AdminAttach`] (`proc_pid_stack()`).
///
/// # Errors
///
/// `EACCES`, `EPERM`; `EINTR` if the caller is killed while an exec is under way.
#[cfg(CONFIG_STACKTRACE)]
pub(crate) fn admin_attach<'a>(file: &File, task: &'a Task) -> Result<Permitted<'a, AdminAttach>> {
    if !file.opener_capable(Capability::Admin) {
        return Err(EACCES);
    }
    let Permitted { task, _lock } = attach(task)?;
    Ok(Permitted { task, _lock })
}

/// Lets a task set its own security attributes alone, and only with the address space that it opened the file with
/// (`proc_pid_attr_write()`).
///
/// # Errors
///
/// `EPERM`; `ESRCH` once the task is reaped; `EACCES` for another task; `EBUSY` while the caller has taken on other credentials.
#[cfg(CONFIG_SECURITY)]
pub(crate) fn own_attributes(file: &File) -> Result {
    if !file.has_current_mm() {
        return Err(EPERM);
    }
    let task = file.inode().get_task().ok_or(ESRCH)?;
    if !with_current(|current| core::ptr::eq(current, &*task)) {
        return Err(EACCES);
    }
    if !current_creds_are_real() {
        return Err(EBUSY);
    }
    Ok(())
}
