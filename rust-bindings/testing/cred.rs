// SPDX-License-Identifier: GPL-2.0

//! Doing something as another user.
//!
//! C header: [`include/linux/cred.h`](srctree/include/linux/cred.h)

use core::ptr::NonNull;
use kernel::{
    bindings,
    prelude::*, //
};

/// Credentials in the making.
///
/// # Invariants
///
/// The pointer owns one count of credentials that nobody else changes.
struct Prepared(NonNull<bindings::cred>);

impl Drop for Prepared {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, the count is ours to give back.
        unsafe { bindings::put_cred(self.0.as_ptr()) };
    }
}

/// Calls `work` as the user `id`, with `id` as the only group and without any capability.
///
/// The supplementary groups go too: those who are in group 0 are exempt from `hidepid=` where
/// `gid=` was not given.
pub(crate) fn as_user<T>(id: u32, work: impl FnOnce() -> T) -> Result<T> {
    let cred = prepare(id)?;
    // SAFETY: `current` is valid, and only a task itself changes its credentials. The credentials
    // are live until they are taken away again below, and `work` cannot return anywhere else
    // (panics do not unwind in the kernel).
    let own = unsafe {
        let current = bindings::get_current();
        core::ptr::replace(&raw mut (*current).cred, cred.0.as_ptr())
    };
    let result = work();
    // SAFETY: As above; the task's own credentials have kept their count.
    unsafe { (*bindings::get_current()).cred = own };
    Ok(result)
}

fn prepare(id: u32) -> Result<Prepared> {
    // SAFETY: May be called by any task.
    let cred = NonNull::new(unsafe { bindings::prepare_creds() }).ok_or(ENOMEM)?;
    // INVARIANT: The copy has just been made for us.
    let prepared = Prepared(cred);
    // SAFETY: May be called by any task.
    let groups = NonNull::new(unsafe { bindings::groups_alloc(0) }).ok_or(ENOMEM)?;
    // SAFETY: By the invariant of `Prepared`, nobody else uses the credentials yet. set_groups()
    // takes a count of its own, and so the one of groups_alloc() is not the last.
    unsafe {
        bindings::set_groups(cred.as_ptr(), groups.as_ptr());
        bindings::refcount_dec(&raw mut (*groups.as_ptr()).usage);
        let cred = &mut *cred.as_ptr();
        for uid in [
            &mut cred.uid,
            &mut cred.euid,
            &mut cred.suid,
            &mut cred.fsuid,
        ] {
            uid.val = id;
        }
        for gid in [
            &mut cred.gid,
            &mut cred.egid,
            &mut cred.sgid,
            &mut cred.fsgid,
        ] {
            gid.val = id;
        }
        for caps in [
            &mut cred.cap_inheritable,
            &mut cred.cap_permitted,
            &mut cred.cap_effective,
            &mut cred.cap_ambient,
        ] {
            caps.val = 0;
        }
    }
    Ok(prepared)
}
