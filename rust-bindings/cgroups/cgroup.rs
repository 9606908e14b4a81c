// SPDX-License-Identifier: GPL-2.0

//! Where a task is in the default hierarchy of cgroups.
//!
//! Locks: RCU, or a count of the cgroup's own, around everything; `task_lock` while a task's cgroup
//! namespace is looked at. Nothing sleeps: `cgroup_path_ns()`, which waits for `cgroup_mutex`, is
//! not used; the path of a cgroup of the default hierarchy never changes, and neither does the root
//! of a cgroup namespace.
//!
//! C headers: [`include/linux/cgroup.h`](srctree/include/linux/cgroup.h),
//! [`include/linux/kernfs.h`](srctree/include/linux/kernfs.h)

use crate::rust_bindings::{
    errno,
    raw, //
};
use core::ptr::NonNull;
use kernel::{
    error::from_err_ptr,
    prelude::*,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
        rcu, //
    },
    task::Task,
    types::Opaque, //
};

/// The kernel's `struct cgroup`, of the default hierarchy.
#[repr(transparent)]
pub(crate) struct Cgroup(Opaque<raw::cgroup>);

// SAFETY: A cgroup is counted, and the functions count it.
unsafe impl AlwaysRefCounted for Cgroup {
    fn inc_ref(&self) {
        // SAFETY: `self` is valid, and counted by whoever lends it.
        unsafe { raw::proc2_cgroup_get(self.as_ptr()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller gives a count back.
        unsafe { raw::proc2_cgroup_put(obj.as_ptr().cast()) };
    }
}

// SAFETY: What is read of a cgroup may be read anywhere, and a count be given back anywhere.
unsafe impl Send for Cgroup {}
// SAFETY: As above; all functions here read.
unsafe impl Sync for Cgroup {}

impl Cgroup {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::cgroup {
        self.0.get()
    }

    /// The cgroup whose number this is, if it is in the current task's cgroup namespace.
    ///
    /// # Errors
    ///
    /// `ENOENT`.
    pub(crate) fn from_id(id: u64) -> Result<ARef<Self>> {
        // SAFETY: The function has no precondition, and gives a count with what it finds.
        unsafe {
            let found = from_err_ptr(raw::cgroup_get_from_id(id)).map_err(|_| ENOENT)?;
            let found = NonNull::new(found.cast()).ok_or(ENOENT)?;
            Ok(ARef::from_raw(found))
        }
    }

    /// A count of it, unless it is on its way out.
    fn try_get(&self) -> Option<ARef<Self>> {
        // SAFETY: `self` is valid. A count that was had is given to the reference.
        unsafe {
            raw::proc2_cgroup_tryget(self.as_ptr()).then(|| ARef::from_raw(NonNull::from(self)))
        }
    }

    /// The cgroup that `task` is in.
    pub(crate) fn get_of(task: &Task) -> Option<ARef<Self>> {
        Self::of(task, &rcu::read_lock()).try_get()
    }

    /// The root of `task`'s cgroup namespace, unless the task has ended. Takes `task_lock`.
    pub(crate) fn namespace_root(task: &Task) -> Option<ARef<Self>> {
        // SAFETY: The task is valid. Its lock keeps its namespaces, and those the root.
        unsafe {
            raw::proc2_task_lock(task.as_ptr());
            let root = raw::proc2_task_cgroup_ns_root(task.as_ptr());
            let root = root.cast::<Self>().as_ref().and_then(Self::try_get);
            raw::proc2_task_unlock(task.as_ptr());
            root
        }
    }

    /// The cgroup above it; none above the hierarchy's root.
    pub(crate) fn parent(&self) -> Option<&Self> {
        // SAFETY: `self` is valid, and pins its parent.
        unsafe {
            raw::proc2_cgroup_parent(self.as_ptr())
                .cast::<Self>()
                .as_ref()
        }
    }

    /// Whether it is below `ancestor`, or the same.
    pub(crate) fn is_in(&self, ancestor: &Self) -> bool {
        // SAFETY: Both are valid.
        unsafe { raw::proc2_cgroup_is_descendant(self.as_ptr(), ancestor.as_ptr()) }
    }

    /// Whether the last component of its path is `name`.
    pub(crate) fn is_called(&self, name: &CStr) -> bool {
        let _rcu = rcu::read_lock();
        // SAFETY: `self` is valid and pins its node, and RCU the node's name.
        unsafe { raw::proc2_cgroup_is_called(self.as_ptr(), name.as_char_ptr()) }
    }

    /// The cgroup that `task` is in; after its end, the last one.
    pub(crate) fn of<'rcu>(task: &Task, _rcu: &'rcu rcu::Guard) -> &'rcu Self {
        // SAFETY: The task is valid. RCU keeps its set of cgroups and those; the type is
        // transparent.
        unsafe { &*raw::proc2_task_dfl_cgroup(task.as_ptr()).cast() }
    }

    /// The number that no other cgroup has until the next boot.
    pub(crate) fn id(&self) -> u64 {
        // SAFETY: `self` is valid.
        unsafe { raw::proc2_cgroup_id(self.0.get()) }
    }

    /// Whether it has been removed.
    pub(crate) fn is_dead(&self) -> bool {
        // SAFETY: `self` is valid.
        unsafe { raw::proc2_cgroup_is_dead(self.0.get()) }
    }

    /// Writes its path, as the current task's cgroup namespace names it, into `buf` and returns its
    /// length.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` if it does not fit.
    pub(crate) fn path(&self, buf: &mut [u8]) -> Result<usize> {
        // SAFETY: `self` is valid and pins its node. The current task pins its cgroup namespace,
        // and that the cgroup that is its root. The function writes at most the length given.
        let len = unsafe {
            raw::kernfs_path_from_node(
                raw::proc2_cgroup_node(self.0.get()),
                raw::proc2_current_cgroup_root(),
                buf.as_mut_ptr().cast(),
                buf.len(),
            )
        };
        usize::try_from(len).map_err(|_| errno::name_too_long())
    }
}
