// SPDX-License-Identifier: GPL-2.0

//! Process identities.
//!
//! C header: [`include/linux/pid.h`](srctree/include/linux/pid.h)

use crate::rust_bindings::{
    raw,
    vfs::under_rcu::UnderRcu, //
};
use core::{
    mem::{
        offset_of,
        size_of, //
    },
    ptr::NonNull, //
};
use kernel::{
    pid_namespace::PidNamespace,
    sync::aref::{
        ARef,
        AlwaysRefCounted, //
    },
    task::Task,
    types::Opaque, //
};

/// The kernel's `struct pid`: the identity of a task, thread group, process group or session, which outlives it.
#[repr(transparent)]
pub(crate) struct Pid(Opaque<raw::pid>);

// SAFETY: `struct pid` is reference counted, and `get_pid()` and `put_pid()` may be called from any context.
unsafe impl AlwaysRefCounted for Pid {
    fn inc_ref(&self) {
        // SAFETY: The existence of a shared reference means that the count is not zero.
        unsafe { raw::proc2_get_pid(self.as_ptr()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller hands over one count.
        unsafe { raw::put_pid(obj.as_ptr().cast()) };
    }
}

// SAFETY: `put_pid()` may be called from any thread.
unsafe impl Send for Pid {}

// SAFETY: What the methods read either never changes or is read as the C side reads it, under RCU or in one load.
unsafe impl Sync for Pid {}

/// What leads from an inode or a struct pid to the task. Entries do not import it: the gates do, which look before they hand a
/// task out, and what walks through tasks.
pub(crate) trait FindTask {
    /// The struct pid to begin at.
    fn struct_pid(&self) -> Option<&Pid>;

    /// The task with this thread id, with a reference to it; `None` once it is reaped.
    fn get_task(&self) -> Option<ARef<Task>> {
        // SAFETY: It is a valid pid. The function takes a reference for the caller.
        let task =
            unsafe { raw::get_pid_task(self.struct_pid()?.as_ptr(), raw::pid_type_PIDTYPE_PID) };
        // SAFETY: The reference just taken is handed to the `ARef`; `Task` is transparent over `task_struct`.
        NonNull::new(task.cast()).map(|task| unsafe { ARef::from_raw(task) })
    }

    /// The task with this thread id, valid as long as the RCU read lock is held; `None` once it is reaped.
    #[inline]
    fn task<'rcu>(&self, rcu: &'rcu impl UnderRcu) -> Option<&'rcu Task> {
        self.struct_pid()?
            .first::<{ raw::pid_type_PIDTYPE_PID as usize }>(rcu)
    }

    /// The task that leads the thread group of this id, if the id names a thread group.
    #[inline]
    fn group_leader<'rcu>(&self, rcu: &'rcu impl UnderRcu) -> Option<&'rcu Task> {
        self.struct_pid()?
            .first::<{ raw::pid_type_PIDTYPE_TGID as usize }>(rcu)
    }
}

impl FindTask for Pid {
    #[inline]
    fn struct_pid(&self) -> Option<&Pid> {
        Some(self)
    }
}

/// Which of its identities a task is asked for.
#[derive(Clone, Copy)]
pub(crate) enum PidType {
    /// The thread's own.
    Pid,
    /// The thread group's.
    Tgid,
    /// The process group's.
    Pgid,
    /// The session's.
    Sid,
}

impl PidType {
    pub(in crate::rust_bindings) fn as_raw(self) -> raw::pid_type {
        match self {
            PidType::Pid => raw::pid_type_PIDTYPE_PID,
            PidType::Tgid => raw::pid_type_PIDTYPE_TGID,
            PidType::Pgid => raw::pid_type_PIDTYPE_PGID,
            PidType::Sid => raw::pid_type_PIDTYPE_SID,
        }
    }
}

impl Pid {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::pid {
        self.0.get()
    }

    /// `pid_task()`: the first task that uses the identity as `KIND`.
    #[inline]
    fn first<'rcu, const KIND: usize>(&self, _rcu: &'rcu impl UnderRcu) -> Option<&'rcu Task> {
        // SAFETY: `self` is a valid pid; the list head is one word, read in one load as `rcu_dereference()` does. What it leads
        // to is the link for `KIND` in a task, and tasks are freed after a grace period: the guard's lifetime bounds the
        // reference.
        unsafe {
            let head = &raw const (*self.as_ptr()).tasks;
            let first = (&raw const (*head)[KIND].first).read_volatile();
            let offset =
                offset_of!(raw::task_struct, pid_links) + KIND * size_of::<raw::hlist_node>();
            (!first.is_null()).then(|| &*first.byte_sub(offset).cast::<Task>())
        }
    }

    /// Whether the task with this thread id is reaped. May be called under any lock.
    pub(crate) fn is_dead(&self) -> bool {
        // SAFETY: `self` is a valid pid; the list head is one word, read in one load as `pid_has_task()` reads it.
        unsafe {
            (&raw const (*self.as_ptr()).tasks[raw::pid_type_PIDTYPE_PID as usize].first)
                .read_volatile()
                .is_null()
        }
    }

    /// The number in `ns`; 0 if this pid is not visible there.
    pub(crate) fn nr_ns(&self, ns: &PidNamespace) -> i32 {
        // SAFETY: Both are valid.
        unsafe { raw::pid_nr_ns(self.as_ptr(), ns.as_ptr()) }
    }

    /// The 64-bit identity that no other pid of this boot has; 0 for the moment before pidfs knows the pid.
    pub(crate) fn ino(&self) -> u64 {
        // SAFETY: `self` is a valid pid; the field is one word, which pidfs sets and may set back to 0 where making the pid fails.
        unsafe { (&raw const (*self.as_ptr()).__bindgen_anon_1.ino).read_volatile() }
    }

    /// The level of the namespace that this pid was made in; 0 is the initial one.
    pub(crate) fn level(&self) -> u32 {
        // SAFETY: `self` is a valid pid; the field never changes.
        unsafe { (*self.as_ptr()).level }
    }

    /// The namespace at `level` of those that this pid is visible in.
    pub(crate) fn namespace_at(&self, level: u32) -> Option<&PidNamespace> {
        if level > self.level() {
            return None;
        }
        // SAFETY: A pid has `level + 1` numbers, and `level` was checked; a pid pins the namespaces it is in.
        unsafe {
            let numbers = (&raw const (*self.as_ptr()).numbers).cast::<raw::upid>();
            Some(PidNamespace::from_ptr((*numbers.add(level as usize)).ns))
        }
    }
}

/// The level of a pid namespace; 0 is the initial one.
pub(crate) fn namespace_level(ns: &PidNamespace) -> u32 {
    // SAFETY: `ns` is valid; the field never changes.
    unsafe { (*ns.as_ptr()).level }
}

/// The pid with the number `nr` in `ns`.
pub(crate) fn find<'rcu>(
    nr: i32,
    ns: &PidNamespace,
    _rcu: &'rcu impl UnderRcu,
) -> Option<&'rcu Pid> {
    // SAFETY: `ns` is valid, and the RCU read lock is held.
    let pid = unsafe { raw::find_pid_ns(nr, ns.as_ptr()) };
    // SAFETY: Pids are freed after a grace period; the guard's lifetime bounds the reference.
    unsafe { pid.cast::<Pid>().as_ref() }
}

/// One more than the highest number that a pid can have.
pub(crate) const MAX_LIMIT: i64 = raw::proc2_PID_MAX_LIMIT as i64;
