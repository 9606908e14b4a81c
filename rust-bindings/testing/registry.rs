// SPDX-License-Identifier: GPL-2.0

//! Entries put into the kernel's registry for a test, as a module puts its own there.
//!
//! C header: [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    }, //
};
use kernel::{
    ffi::c_char,
    prelude::*, //
};

/// `->show()` of a file, whose `struct seq_file` nobody here looks at.
type Show = unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int;

// The kernel crate reads no header that has them.
extern "C" {
    fn proc_mkdir(name: *const c_char, parent: *mut c_void) -> *mut c_void;
    fn proc_create_single_data(
        name: *const c_char,
        mode: u16,
        parent: *mut c_void,
        show: Show,
        data: *mut c_void,
    ) -> *mut c_void;
    fn proc_remove(entry: *mut c_void);
}

/// Shows nothing.
///
/// # Safety
///
/// None; the type is that of `->show()`.
unsafe extern "C" fn nothing(_seq: *mut c_void, _: *mut c_void) -> c_int {
    0
}

/// An entry in the root of the registry, which goes with all below it when this is dropped.
///
/// # Invariants
///
/// The pointer is that of an entry that the registry has, which this value has put there.
pub(crate) struct Registered(NonNull<c_void>);

impl Registered {
    /// Registers the directory `name`.
    ///
    /// # Errors
    ///
    /// `EEXIST` if the registry has one, or there is no memory.
    pub(crate) fn directory(name: &CStr) -> Result<Self> {
        // SAFETY: The name is a C string, which is copied; without a parent the entry stands in the
        // root.
        let entry = unsafe { proc_mkdir(name.as_char_ptr(), ptr::null_mut()) };
        // INVARIANT: Just put there.
        NonNull::new(entry).map(Self).ok_or(EEXIST)
    }

    /// Registers the file `name`, which everybody may read and nobody write.
    ///
    /// # Errors
    ///
    /// As for [`Registered::directory`].
    pub(crate) fn file(name: &CStr) -> Result<Self> {
        // SAFETY: Without a parent the entry stands in the root.
        let entry = unsafe { file_in(ptr::null_mut(), name) };
        // INVARIANT: Just put there.
        NonNull::new(entry).map(Self).ok_or(EEXIST)
    }

    /// Registers such a file in this directory.
    ///
    /// # Errors
    ///
    /// As for [`Registered::directory`]; also if this is no directory.
    pub(crate) fn with(self, name: &CStr) -> Result<Self> {
        // SAFETY: By the type invariant. Asked of a file the registry says so in the log.
        let entry = unsafe { file_in(self.0.as_ptr(), name) };
        NonNull::new(entry).map(|_| self).ok_or(EEXIST)
    }
}

/// Registers a file.
///
/// # Safety
///
/// `parent` must be null or an entry of the registry.
unsafe fn file_in(parent: *mut c_void, name: &CStr) -> *mut c_void {
    let name = name.as_char_ptr();
    // SAFETY: The caller promises the parent; the name is a C string, which is copied.
    unsafe { proc_create_single_data(name, 0o444, parent, nothing, ptr::null_mut()) }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: By the type invariant the entry is there, and ours to remove.
        unsafe { proc_remove(self.0.as_ptr()) };
    }
}
