// SPDX-License-Identifier: GPL-2.0

//! The attributes that security modules keep of a task.
//!
//! Locks: [`set`] takes `cred_guard_mutex` of the current process (sleeps), so that no exec or ptrace interferes.
//!
//! C header: [`include/linux/security.h`](srctree/include/linux/security.h)

use crate::rust_bindings::{
    raw,
    tasks::signal::signal, //
};
use kernel::{
    error::to_result,
    ffi::{
        c_char,
        c_int,
        c_void, //
    },
    prelude::*,
    task::Task, //
};

/// Which security module is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lsm {
    /// The first that knows the attribute.
    Any,
    /// Smack.
    #[cfg(CONFIG_SECURITY_SMACK)]
    Smack,
    /// AppArmor.
    #[cfg(CONFIG_SECURITY_APPARMOR)]
    AppArmor,
}

impl Lsm {
    fn id(self) -> c_int {
        (match self {
            Lsm::Any => raw::LSM_ID_UNDEF,
            #[cfg(CONFIG_SECURITY_SMACK)]
            Lsm::Smack => raw::LSM_ID_SMACK,
            #[cfg(CONFIG_SECURITY_APPARMOR)]
            Lsm::AppArmor => raw::LSM_ID_APPARMOR,
        }) as c_int
    }
}

/// The value of an attribute.
///
/// # Invariants
///
/// `text` is null or memory of `kmalloc()` that holds `len` bytes, and belongs to this value.
pub(crate) struct Attribute {
    text: *mut c_char,
    len: usize,
}

impl Attribute {
    /// Asks for the attribute `name` of `task`.
    ///
    /// # Errors
    ///
    /// `EINVAL` where no module has it, `EACCES`, `ENOMEM`.
    pub(crate) fn of(task: &Task, lsm: Lsm, name: &CStr) -> Result<Self> {
        let mut text = core::ptr::null_mut();
        // SAFETY: The task and the name are valid; the function leaves memory that belongs to the caller, whatever it returns.
        let len = unsafe {
            raw::security_getprocattr(task.as_ptr(), lsm.id(), name.as_char_ptr(), &mut text)
        };
        // INVARIANT: `len` bytes, or none where the function failed.
        let attribute = Self {
            text,
            len: usize::try_from(len).unwrap_or(0),
        };
        to_result(len.min(0))?;
        Ok(attribute)
    }

    /// The value's text.
    pub(crate) fn text(&self) -> &[u8] {
        if self.text.is_null() {
            return &[];
        }
        // SAFETY: By the type invariant.
        unsafe { core::slice::from_raw_parts(self.text.cast(), self.len) }
    }
}

impl Drop for Attribute {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::kfree(self.text.cast::<c_void>()) };
    }
}

/// Sets the attribute `name` of the current task, if the security module lets it, and returns how much of `value` it took.
///
/// # Errors
///
/// `EINTR` while another thread's exec is under way, or what the security module says.
pub(crate) fn set(lsm: Lsm, name: &CStr, value: &mut [u8]) -> Result<usize> {
    crate::rust_bindings::tasks::task::with_current(|current| {
        let guard = signal(current);
        // SAFETY: A task pins its `signal`; the value is memory of ours that the module may change.
        let taken = unsafe {
            to_result(raw::proc2_mutex_lock_interruptible(
                &raw mut (*guard).cred_guard_mutex,
            ))?;
            let taken = raw::security_setprocattr(
                lsm.id(),
                name.as_char_ptr(),
                value.as_mut_ptr().cast(),
                value.len(),
            );
            raw::mutex_unlock(&raw mut (*guard).cred_guard_mutex);
            taken
        };
        usize::try_from(taken).map_err(|_| Error::from_errno(taken))
    })
}

/// Whether the current task's credentials are its own, not ones that it has taken on for a while.
pub(crate) fn current_creds_are_real() -> bool {
    crate::rust_bindings::tasks::task::with_current(|current| {
        // SAFETY: The current task's credential pointers are its own to read.
        unsafe { core::ptr::eq((*current.as_ptr()).cred, (*current.as_ptr()).real_cred) }
    })
}
