// SPDX-License-Identifier: GPL-2.0

//! Results of system calls as text, so that a difference reads like the manual page.

use std::ffi::{c_char, c_int, CStr};

extern "C" {
    fn strerrorname_np(errnum: c_int) -> *const c_char;
}

/// The name of an error number, such as `ENOENT`.
pub fn name(errno: i32) -> String {
    // SAFETY: glibc returns a pointer to a static string or null.
    let text = unsafe { strerrorname_np(errno) };
    if text.is_null() {
        return format!("errno {errno}");
    }
    // SAFETY: not null, so a static string that ends in NUL.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// The name of the calling thread's last error.
pub fn last() -> String {
    name(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// What a rustix call returned, in text: its value through `show`, or the error's name.
pub fn show<T>(result: rustix::io::Result<T>, show: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => show(value),
        Err(error) => name(error.raw_os_error()),
    }
}

/// What a raw system call returned: its value, or the error's name.
pub fn show_raw(value: i64) -> String {
    if value < 0 {
        last()
    } else {
        value.to_string()
    }
}
