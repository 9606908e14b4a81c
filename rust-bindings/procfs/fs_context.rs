// SPDX-License-Identifier: GPL-2.0

//! The contexts that mount and remount a filesystem, and the options that they take.
//!
//! Locks: the VFS holds `fc->uapi_mutex` or owns the context alone in every call here.
//!
//! C headers: [`include/linux/fs_context.h`](srctree/include/linux/fs_context.h),
//! [`include/linux/fs_parser.h`](srctree/include/linux/fs_parser.h)

use crate::rust_bindings::{
    credentials::cred::{
        self,
        Capability,
        UserNamespace, //
    },
    raw,
    tasks::ns, //
};
use kernel::{
    cred::Credential,
    ffi::c_int,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef,
    types::Opaque, //
};

/// The context of one mount or remount.
#[repr(transparent)]
pub(crate) struct FsContext(Opaque<raw::fs_context>);

impl FsContext {
    fn as_ptr(&self) -> *mut raw::fs_context {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid context for the lifetime `'a`.
    pub(super) unsafe fn from_raw<'a>(ptr: *const kernel::bindings::fs_context) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// Whether an existing superblock is to be changed.
    pub(crate) fn is_reconfigure(&self) -> bool {
        // SAFETY: The context is valid.
        unsafe { (*self.as_ptr()).purpose() == raw::fs_context_purpose_FS_CONTEXT_FOR_RECONFIGURE }
    }

    /// The mounter's credentials.
    pub(crate) fn cred(&self) -> ARef<Credential> {
        // SAFETY: The context holds a count of them.
        ARef::from(unsafe { Credential::from_ptr((*self.as_ptr()).cred) })
    }

    /// Whether the context is one of an administrator of the machine, in the hands of one: whoever
    /// began it had `CAP_SYS_ADMIN` in the initial user namespace, and the caller has it too. A
    /// context can change hands before a superblock is made of it.
    pub(crate) fn is_privileged(&self) -> bool {
        let initial = UserNamespace::initial();
        // SAFETY: The context holds a count of the credentials and of the namespace.
        let (began, owner) = unsafe {
            let fc = self.as_ptr();
            (Credential::from_ptr((*fc).cred), (*fc).user_ns)
        };
        // Before a superblock is made, the VFS asks the caller for CAP_SYS_ADMIN in the user
        // namespace that it will belong to (`mount_capable()`).
        let capable =
            || core::ptr::eq(owner, initial.as_ptr()) || initial.capable(Capability::Admin);
        mutant!(
            "policy: whoever began the mount",
            cred::is_admin(began, initial)
        ) && mutant!("policy: whoever makes the instance", capable())
    }

    /// Makes the user namespace that owns `ns` the one that the superblock will belong to.
    pub(crate) fn set_user_ns_of(&self, ns: &PidNamespace) {
        // SAFETY: A pid namespace pins its owner. The context owns the count that it holds, and
        // nobody else reads it now.
        unsafe {
            let owner = raw::proc2_get_user_ns((*ns.as_ptr()).user_ns);
            raw::proc2_put_user_ns((&raw mut (*self.as_ptr()).user_ns).replace(owner));
        }
    }

    /// Leaves a sentence for the mounter: in the context's log, or in the kernel's for the old
    /// mount call.
    pub(crate) fn error(&self, sentence: &[u8]) {
        self.log(b'e', sentence);
    }

    /// As [`FsContext::error`], where the mount goes on.
    pub(crate) fn warn(&self, sentence: &[u8]) {
        self.log(b'w', sentence);
    }

    fn log(&self, level: u8, sentence: &[u8]) {
        // SAFETY: The context is valid; the format takes a length and as many bytes.
        unsafe {
            let log = &(*self.as_ptr()).log;
            raw::logfc(
                log.log,
                log.prefix,
                level as kernel::ffi::c_char,
                c"%.*s".as_char_ptr(),
                sentence.len() as c_int,
                sentence.as_ptr(),
            );
        }
    }
}

/// The form of an option's value.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Text.
    String,
    /// A path, or a file descriptor that `fsconfig()` passes.
    FileOrString,
}

/// The value that an option was given.
pub(crate) enum Value<'a> {
    /// Text.
    String(&'a [u8]),
    /// What the mounter calls it, and the file, not opened yet where it is a path.
    File(&'a [u8], ns::FileParam<'a>),
}

/// The names and forms of a filesystem type's options, ready for the VFS.
///
/// # Invariants
///
/// `specs` has an item for each of `options`, of that form and in their order, and an empty one at
/// its end.
#[derive(Clone, Copy)]
pub(crate) struct Parameters {
    pub(super) specs: *const raw::fs_parameter_spec,
    pub(super) options: &'static [(&'static CStr, Form)],
}

/// The memory of [`Parameters`].
///
/// # Invariants
///
/// As for those; that is one item more than there are options.
pub(crate) struct ParameterSpecs<const N: usize> {
    specs: [raw::fs_parameter_spec; N],
    options: &'static [(&'static CStr, Form)],
}

// SAFETY: The table is never written.
unsafe impl<const N: usize> Sync for ParameterSpecs<N> {}

impl<const N: usize> ParameterSpecs<N> {
    /// The items for `options`.
    pub(crate) const fn new(options: &'static [(&'static CStr, Form)]) -> Self {
        assert!(N == options.len() + 1, "one more item than options");
        let mut specs = [const { pin_init::zeroed::<raw::fs_parameter_spec>() }; N];
        let mut i = 0;
        while i < options.len() {
            let (name, form) = options[i];
            specs[i].name = name.to_bytes_with_nul().as_ptr().cast();
            specs[i].opt = i as u8;
            specs[i].type_ = match form {
                Form::String => Some(raw::fs_param_is_string),
                Form::FileOrString => Some(raw::fs_param_is_file_or_string),
            };
            i += 1;
        }
        // INVARIANT: All items but the last have been filled.
        Self { specs, options }
    }

    /// The table for the VFS.
    pub(crate) const fn table(&'static self) -> Parameters {
        // INVARIANT: Those of `self`.
        Parameters {
            specs: self.specs.as_ptr(),
            options: self.options,
        }
    }
}
