// SPDX-License-Identifier: GPL-2.0

//! Entries put into the kernel's registry for a test.
//!
//! C header: [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use core::{
    ffi::c_void,
    ptr, //
};
use kernel::{
    ffi::c_char,
    prelude::*, //
};

// The kernel crate reads no header that has them.
extern "C" {
    fn proc_mkdir(name: *const c_char, parent: *mut c_void) -> *mut c_void;
    fn remove_proc_entry(name: *const c_char, parent: *mut c_void);
}

/// An empty directory in the root of the registry, which goes when this is dropped.
///
/// # Invariants
///
/// The registry has a directory of this name, which this value has put there.
pub(crate) struct Registered(&'static CStr);

impl Registered {
    /// Registers the directory `name`.
    ///
    /// # Errors
    ///
    /// `EEXIST` if the registry has one, or there is no memory.
    pub(crate) fn directory(name: &'static CStr) -> Result<Self> {
        // SAFETY: The name is a C string that stays; without a parent the entry stands in the root.
        let entry = unsafe { proc_mkdir(name.as_char_ptr(), ptr::null_mut()) };
        if entry.is_null() {
            return Err(EEXIST);
        }
        // INVARIANT: Just done.
        Ok(Self(name))
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: By the type invariant the entry is there, and ours to remove.
        unsafe { remove_proc_entry(self.0.as_char_ptr(), ptr::null_mut()) };
    }
}
