// SPDX-License-Identifier: GPL-2.0

//! What mutants have instead of the gate: each function of `gate.rs` that asks something, here without the question. It becomes
//! the module `gate::allow` of the copy that the mutants are made in, and is no part of proc2.
//!
//! Each does all the rest that its original does: tokens still hold `exec_update_lock`, and a task that is gone stays gone.

use super::*;
use crate::{
    fs::{
        inode,
        link, //
    },
    pure::entry::Level,
    rust_bindings::{
        cred::{
            Kgid,
            Kuid, //
        },
        inode::Tag,
        inode_ops::Kstat,
        link::Path, //
    },
    task::TABLE, //
};
use kernel::sync::rcu;

/// Whether a mutant is the one that the module was loaded for.
pub(crate) fn awake(number: u32) -> bool {
    crate::module_parameters::mutant.value() == number
}

/// Whether an inode belongs to the row of a name.
pub(crate) fn in_row(inode: &Inode, name: &str) -> bool {
    let entry = inode::row(inode).and_then(|row| TABLE.get(row));
    entry.is_some_and(|entry| entry.name == name)
}

/// Whether an inode of this mode and tag is that of the row with a name at a level, and not that of one of its children.
pub(crate) fn is_row(mode: u16, tag: Tag, name: &str, level: Level) -> bool {
    let entry = u8::try_from(tag.row).ok().and_then(|row| TABLE.get(row));
    entry.is_some_and(|entry| entry.name == name && entry.mode == mode && entry.scope.holds(level))
}

pub(crate) fn read(task: &Task) -> Result<Permitted<'_, Read>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Permitted { task, _lock })
}

pub(crate) fn attach(task: &Task) -> Result<Permitted<'_, Attach>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Permitted { task, _lock })
}

#[cfg(CONFIG_STACKTRACE)]
pub(crate) fn admin_attach<'a>(_: &File, task: &'a Task) -> Result<Permitted<'a, AdminAttach>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Permitted { task, _lock })
}

pub(crate) fn ask(task: &Task, _: Ptrace) -> Result<Asked<'_>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Asked {
        task,
        read: true,
        _lock,
    })
}

pub(crate) fn open_mm(inode: &Inode) -> Result<ARef<Mm>> {
    Ok(ARef::from(&**mm(&*inode.get_task().ok_or(ESRCH)?)?))
}

pub(crate) fn attach_mm(inode: &Inode) -> Result<ARef<Mm>> {
    open_mm(inode)
}

pub(crate) fn open_mm_if_any(inode: &Inode) -> Result<Option<ARef<Mm>>> {
    let task = inode.get_task().ok_or(ESRCH)?;
    Ok(mm::of_task(&task).map(|mm| ARef::from(&**mm)))
}

pub(crate) fn mm(task: &Task) -> Result<ARef<MmWithUser>> {
    mm::of_task(task).ok_or(ESRCH)
}

pub(crate) fn follow_mapped_file() -> Result {
    Ok(())
}

pub(crate) fn fdinfo(inode: &Inode) -> Result {
    inode.get_task().ok_or(ESRCH).map(drop)
}

pub(crate) fn visible(_: &SuperBlock, _: &Task, _: Place) -> Result {
    Ok(())
}

pub(crate) fn visible_at(inode: &Inode, _: Place) -> Result {
    inode.get_task().ok_or(ESRCH).map(drop)
}

pub(crate) fn own_process(task: &Task) -> Result<&Task> {
    Ok(task)
}

pub(crate) fn spare_more() -> Result {
    Ok(())
}

pub(crate) fn may_set_limits_quietly() -> bool {
    true
}

pub(crate) fn own_task(_: &Inode) -> Result {
    Ok(())
}

#[cfg(CONFIG_FAULT_INJECTION)]
pub(crate) fn inject_faults() -> Result {
    Ok(())
}

pub(crate) fn timer_slack(_: &Task, _: Slack) -> Result {
    Ok(())
}

#[cfg(CONFIG_USER_NS)]
pub(crate) fn administer_ids(_: &UserNamespace) -> Result {
    Ok(())
}

#[cfg(CONFIG_SECURITY)]
pub(crate) fn own_attributes(file: &File, _: Option<&Mm>) -> Result {
    file.inode().get_task().ok_or(ESRCH).map(drop)
}

pub(crate) fn entered<'a>(
    _: &SuperBlock,
    task: &'a Task,
) -> Result<Option<Permitted<'a, Entered>>> {
    let _lock = ExecUpdate::lock(task)?;
    Ok(Some(Permitted { task, _lock }))
}

// What stands around a gate for several rows: here with the gate open.

/// `link::resolve()`.
pub(crate) fn resolve(inode: &Inode, target: link::Target) -> Result<Path> {
    let task = inode.get_task().ok_or(ENOENT)?;
    let permitted = read(&task)?;
    target(&permitted, inode)
}

/// `base::getattr()`.
pub(crate) fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
    let rcu = rcu::read_lock();
    stat.set_owner((Kuid::GLOBAL_ROOT, Kgid::GLOBAL_ROOT));
    if let Some(task) = inode.pid().and_then(|pid| pid.task(&rcu)) {
        stat.set_owner_by(task, inode.mode());
    }
    Ok(())
}
