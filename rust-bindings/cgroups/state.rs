// SPDX-License-Identifier: GPL-2.0

//! What a controller keeps of a cgroup: its `struct cgroup_subsys_state`.
//!
//! Locks: RCU in the search; then a count of its own.
//!
//! C header: [`include/linux/cgroup.h`](srctree/include/linux/cgroup.h)

use crate::rust_bindings::{
    cgroups::cgroup::Cgroup,
    raw, //
};
use core::ptr::NonNull;

/// The state of a controller.
///
/// # Invariants
///
/// The pointer is valid and owns a count.
pub(super) struct State(NonNull<raw::cgroup_subsys_state>);

impl State {
    /// That of the nearest cgroup from this one on to the root in which the controller is enabled:
    /// by which the kernel accounts. `None` without the controller in the kernel.
    ///
    /// # Safety
    ///
    /// `controller` must be one of the kernel's, which live for ever.
    pub(super) unsafe fn of(cgroup: &Cgroup, controller: *mut raw::cgroup_subsys) -> Option<Self> {
        // SAFETY: The cgroup is valid, and the caller promises the controller. The function gives a
        // count with what it returns.
        let state = unsafe { raw::cgroup_get_e_css(cgroup.as_ptr(), controller) };
        // INVARIANT: The count is ours.
        NonNull::new(state).map(Self)
    }

    pub(super) fn as_ptr(&self) -> *mut raw::cgroup_subsys_state {
        self.0.as_ptr()
    }

    /// Whether it is the root's, which limits nothing.
    pub(super) fn is_root(&self) -> bool {
        // SAFETY: By the type invariant; the parent never changes.
        unsafe { (*self.as_ptr()).parent.is_null() }
    }

    /// The states from this one on, without the root's.
    pub(super) fn path(&self) -> impl Iterator<Item = *mut raw::cgroup_subsys_state> + use<'_> {
        let mut next = self.as_ptr();
        core::iter::from_fn(move || {
            // SAFETY: By the type invariant the first is valid, and each pins its parent, which
            // never changes.
            let parent = unsafe { (*next).parent };
            let state = core::mem::replace(&mut next, parent);
            (!parent.is_null()).then_some(state)
        })
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: By the type invariant the count is ours.
        unsafe { raw::proc2_css_put(self.as_ptr()) };
    }
}
