// SPDX-License-Identifier: GPL-2.0

//! Symbolic links: magic ones, which lead to an object, and those with a text.
//!
//! C headers: [`include/linux/namei.h`](srctree/include/linux/namei.h),
//! [`include/linux/path.h`](srctree/include/linux/path.h)

use crate::rust_bindings::{
    errno,
    raw,
    vfs::user::UserBuf, //
};
use core::{
    mem::MaybeUninit,
    ptr, //
};
use kernel::{
    alloc::Flags,
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*, //
};

/// A place in the tree of mounts, with a reference to it.
///
/// # Invariants
///
/// The path is valid, and its counts are this value's.
pub(crate) struct Path(raw::path);

impl Path {
    /// # Safety
    ///
    /// `path` must be valid, and its counts are handed over.
    pub(in crate::rust_bindings) unsafe fn from_raw(path: raw::path) -> Self {
        // INVARIANT: The caller promises it.
        Self(path)
    }

    /// # Safety
    ///
    /// `path` must point to a valid path.
    pub(in crate::rust_bindings) unsafe fn cloned(path: *const raw::path) -> Self {
        // SAFETY: The caller promises validity; the counts taken are the new value's.
        unsafe {
            raw::path_get(path);
            Self::from_raw(path.read())
        }
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::path_put(&self.0) };
    }
}

/// Where a link leads.
pub(crate) enum LinkTarget {
    /// To this place, whatever its name is.
    Jump(Path),
    /// To the place that this text names.
    Text(LinkText),
}

/// The text of a link.
///
/// # Invariants
///
/// The bytes end with a NUL.
pub(crate) struct LinkText(KVec<u8>);

impl LinkText {
    /// Takes a copy of `text`, which ends at its first NUL if it has one.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `ENAMETOOLONG` for one that no path can be.
    pub(crate) fn new(text: &[u8], flags: Flags) -> Result<Self> {
        if text.len() >= PAGE {
            return Err(errno::name_too_long());
        }
        #[expect(clippy::disallowed_methods, reason = "at most what a path has")]
        let mut bytes = KVec::with_capacity(text.len() + 1, flags)?;
        #[expect(clippy::disallowed_methods, reason = "there is room")]
        bytes.extend_from_slice(text, flags)?;
        bytes.push_within_capacity(0).map_err(|_| ENOMEM)?;
        // INVARIANT: The NUL was just appended.
        Ok(Self(bytes))
    }
}

impl LinkTarget {
    /// # Safety
    ///
    /// To be called from `->get_link()` with the `done` that it was given.
    pub(in crate::rust_bindings) unsafe fn follow(
        self,
        done: *mut raw::delayed_call,
    ) -> *const c_char {
        match self {
            LinkTarget::Jump(path) => {
                let raw = path.0;
                core::mem::forget(path);
                // SAFETY: We are in `->get_link()`; the path's counts go to the function, whatever
                // it returns.
                let err = unsafe { raw::nd_jump_link(&raw) };
                if err == 0 {
                    ptr::null()
                } else {
                    Error::from_errno(err).to_ptr::<c_char>().cast_const()
                }
            }
            LinkTarget::Text(text) => {
                let (text, _, _) = text.0.into_raw_parts();
                // SAFETY: We are in `->get_link()`. A `KVec` that is not empty, as this one by the
                // type invariant, is memory of `kmalloc()`, which `kfree_link()` frees when the VFS
                // is done with it.
                unsafe { raw::proc2_set_delayed_call(done, Some(raw::kfree_link), text.cast()) };
                text.cast()
            }
        }
    }
}

/// The caller's buffer of `readlink()`.
pub(crate) struct LinkBuffer {
    buffer: *mut c_char,
    len: usize,
}

impl LinkBuffer {
    /// `buffer` is an address in the caller's memory, which is checked when it is written to.
    pub(in crate::rust_bindings) fn new(buffer: *mut c_char, len: c_int) -> Self {
        Self {
            buffer,
            len: usize::try_from(len).unwrap_or(0),
        }
    }

    /// Writes as much of `text` as there is room for and returns how much that was.
    ///
    /// # Errors
    ///
    /// `EFAULT`.
    pub(crate) fn text(&mut self, text: &[u8]) -> Result<usize> {
        let text = text.get(..self.len).unwrap_or(text);
        let mut user = UserBuf::new(self.buffer, text.len());
        if user.write(text) == text.len() {
            Ok(text.len())
        } else {
            Err(EFAULT)
        }
    }

    /// Writes the path's name as the caller sees it. Sleeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, `EFAULT`, or what `d_path()` returns.
    pub(crate) fn path(&mut self, path: &Path) -> Result<usize> {
        // Most names are short, and spare the allocation.
        let mut short = [MaybeUninit::uninit(); SHORT];
        match name_in(path, &mut short) {
            Err(err) if err == errno::name_too_long() => {}
            name => return self.text(name?),
        }
        #[expect(clippy::disallowed_methods, reason = "a fixed size")]
        let mut page = KVec::<u8>::with_capacity(PAGE, GFP_KERNEL)?;
        let page = page.spare_capacity_mut().get_mut(..PAGE).ok_or(ENOMEM)?;
        self.text(name_in(path, page)?)
    }
}

/// Room for most names.
const SHORT: usize = 128;
/// Room for every name that can be shown.
const PAGE: usize = raw::PATH_MAX as usize;

/// The path's name as the caller sees it, at the end of `buffer`. Sleeps.
fn name_in<'b>(path: &Path, buffer: &'b mut [MaybeUninit<u8>]) -> Result<&'b [u8]> {
    let end = buffer.as_mut_ptr_range().end.cast::<u8>();
    // SAFETY: The path is valid, and the buffer has room for as many bytes.
    let name = kernel::error::from_err_ptr(unsafe {
        raw::d_path(&path.0, buffer.as_mut_ptr().cast(), buffer.len() as c_int)
    })?;
    // SAFETY: `d_path()` returns an address inside the buffer, at whose end the name's NUL stands.
    Ok(unsafe {
        let len = end.sub(1).offset_from(name.cast::<u8>());
        core::slice::from_raw_parts(name.cast::<u8>(), len as usize)
    })
}
