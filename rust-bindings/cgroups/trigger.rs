// SPDX-License-Identifier: GPL-2.0

//! Triggers on the pressure of a cgroup: what wakes a task that polls.
//!
//! Locks: those of the kernel's functions, which sleep.
//!
//! C source: [`kernel/sched/psi.c`](srctree/kernel/sched/psi.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        pressure::{
            self,
            Resource, //
        }, //
    },
    raw,
    vfs::file::File, //
};
use core::ptr;
use kernel::{
    error::{
        from_err_ptr,
        to_result, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// A trigger.
///
/// # Invariants
///
/// The pointer is to a trigger on the group of the cgroup, which this owns.
pub(crate) struct Trigger {
    trigger: *mut raw::psi_trigger,
    _cgroup: ARef<Cgroup>,
}

// SAFETY: The kernel's functions may be called with it from anywhere.
unsafe impl Send for Trigger {}
// SAFETY: As above.
unsafe impl Sync for Trigger {}

impl Trigger {
    /// The room for what describes one, with a NUL behind it.
    pub(crate) const ROOM: usize = 32;

    /// Makes the trigger that `text` describes, by the rights of whoever opened the file.
    ///
    /// # Errors
    ///
    /// `EOPNOTSUPP` where no pressure is kept, or no longer, `EINVAL`, `ENOMEM`.
    pub(crate) fn new(
        cgroup: ARef<Cgroup>,
        resource: Resource,
        file: &File,
        text: &mut [u8; Self::ROOM],
    ) -> Result<Self> {
        let group = pressure::enabled(&cgroup)?.as_ptr();
        if let Some(last) = text.last_mut() {
            *last = 0;
        }
        let mut needs_worker = false;
        // SAFETY: The cgroup keeps the group, the text ends with a NUL, and the file is open.
        let trigger = from_err_ptr(unsafe {
            raw::psi_trigger_create(
                group,
                text.as_mut_ptr().cast(),
                resource.as_raw(),
                file.as_ptr(),
                ptr::null_mut(),
                &mut needs_worker,
            )
        })?;
        // INVARIANT: It is such a trigger.
        let this = Self {
            trigger,
            _cgroup: cgroup,
        };
        if needs_worker {
            // SAFETY: As above.
            to_result(unsafe { raw::psi_trigger_create_rtpoll_worker(group) })?;
        }
        Ok(this)
    }

    /// The word that `psi_trigger_poll()` looks at.
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::psi_trigger {
        self.trigger
    }
}

impl Drop for Trigger {
    fn drop(&mut self) {
        // SAFETY: By the type invariant; whoever polls keeps the file open that this is of.
        unsafe { raw::psi_trigger_destroy(self.trigger) };
    }
}
