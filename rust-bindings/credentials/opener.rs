// SPDX-License-Identifier: GPL-2.0

//! Whoever opened a file: with which rights, and whether the caller has the same.
//!
//! C headers: [`include/linux/cred.h`](srctree/include/linux/cred.h),
//! [`include/linux/security.h`](srctree/include/linux/security.h)

use crate::rust_bindings::{
    credentials::cred::{
        Capability,
        UserNamespace, //
    },
    raw,
    tasks::task::with_current,
    vfs::{
        file::File,
        super_block::SuperBlock, //
    }, //
};

impl File {
    /// Whether the current task acts with the rights that the file was opened with: ids, groups, capabilities, user namespace and
    /// the security modules' label are the same. (The same `struct cred` would be too much to ask: fork and exec copy it.)
    pub(crate) fn is_opener_current(&self) -> bool {
        with_current(|current| {
            // SAFETY: An open file pins its credentials, and the current task's are its own to read; committed credentials do not
            // change, and the function compares two of them.
            unsafe {
                let (opener, current) = ((*self.as_ptr()).f_cred, (*current.as_ptr()).cred);
                core::ptr::eq(opener, current)
                    || (raw::cred_fscmp(opener, current) == 0
                        && rights(&*opener) == rights(&*current)
                        && has_same_label(opener, current))
            }
        })
    }
}

/// Whoever opened a file: credentials, and nothing of what they were opened on.
#[derive(Clone, Copy)]
pub(crate) struct Opener<'a>(&'a File);

impl<'a> Opener<'a> {
    /// Whoever opened `file`.
    pub(crate) fn of(file: &'a File) -> Self {
        Self(file)
    }

    /// Whether it had `capability` in the initial user namespace.
    pub(crate) fn capable(self, capability: Capability) -> bool {
        self.0.opener_capable(capability)
    }

    /// Its user namespace.
    pub(crate) fn user_ns(self) -> &'a UserNamespace {
        self.0.opener_user_ns()
    }

    /// The instance that it was opened in.
    pub(crate) fn super_block(self) -> &'a SuperBlock {
        self.0.inode().super_block()
    }

    pub(in crate::rust_bindings) fn file(self) -> &'a File {
        self.0
    }
}

/// What decides, besides ids for the file system and groups, what a task may do to others.
fn rights(cred: &raw::cred) -> ([u32; 6], [u64; 2], *mut raw::user_namespace) {
    (
        [
            cred.uid.val,
            cred.euid.val,
            cred.suid.val,
            cred.gid.val,
            cred.egid.val,
            cred.sgid.val,
        ],
        [cred.cap_permitted.val, cred.cap_effective.val],
        cred.user_ns,
    )
}

/// Whether the security modules say the same of both.
///
/// # Safety
///
/// Both must be valid committed credentials.
#[cfg(CONFIG_SECURITY)]
unsafe fn has_same_label(one: *const raw::cred, other: *const raw::cred) -> bool {
    let label = |cred| {
        let mut label = core::mem::MaybeUninit::<raw::lsm_prop>::zeroed();
        // SAFETY: The caller promises valid credentials. The function writes the label, every byte of which is set before.
        unsafe {
            raw::security_cred_getlsmprop(cred, label.as_mut_ptr());
            label
                .as_ptr()
                .cast::<[u8; size_of::<raw::lsm_prop>()]>()
                .read()
        }
    };
    label(one) == label(other)
}

/// As above, without security modules.
///
/// # Safety
///
/// None.
#[cfg(not(CONFIG_SECURITY))]
unsafe fn has_same_label(_one: *const raw::cred, _other: *const raw::cred) -> bool {
    true
}
