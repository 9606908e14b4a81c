// SPDX-License-Identifier: GPL-2.0

//! The kinds of namespaces that a task is in, and files that stand for one.
//!
//! C headers: [`include/linux/proc_ns.h`](srctree/include/linux/proc_ns.h),
//! [`include/linux/pid_namespace.h`](srctree/include/linux/pid_namespace.h)

use crate::rust_bindings::{
    raw,
    vfs::link::Path, //
};
use core::{
    mem::MaybeUninit,
    ptr::NonNull, //
};
use kernel::{
    error::{
        from_err_ptr,
        to_result, //
    },
    ffi::c_char,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

/// A kind of namespace: one of the kernel's `proc_ns_operations`.
#[derive(Clone, Copy)]
pub(crate) struct NsKind(&'static raw::proc_ns_operations);

/// The kinds, in the order of `ns/`.
static KINDS: &[Kinds] = &[
    #[cfg(CONFIG_NET_NS)]
    // SAFETY: A static of the kernel that is never written; so are those below.
    Kinds(unsafe { &raw::netns_operations }),
    #[cfg(CONFIG_UTS_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::utsns_operations }),
    #[cfg(CONFIG_IPC_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::ipcns_operations }),
    #[cfg(CONFIG_PID_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::pidns_operations }),
    #[cfg(CONFIG_PID_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::pidns_for_children_operations }),
    #[cfg(CONFIG_USER_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::userns_operations }),
    // SAFETY: See above.
    Kinds(unsafe { &raw::mntns_operations }),
    #[cfg(CONFIG_CGROUPS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::cgroupns_operations }),
    #[cfg(CONFIG_TIME_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::timens_operations }),
    #[cfg(CONFIG_TIME_NS)]
    // SAFETY: See above.
    Kinds(unsafe { &raw::timens_for_children_operations }),
];

struct Kinds(&'static raw::proc_ns_operations);

// SAFETY: The tables are constants of the kernel.
unsafe impl Sync for Kinds {}

impl NsKind {
    /// The kinds that the kernel was built with, in the order of `ns/`.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|kind| Self(kind.0))
    }

    /// The name of the link.
    pub(crate) fn name(self) -> &'static [u8] {
        // SAFETY: The name is a string constant of the kernel.
        unsafe { CStr::from_char_ptr(self.0.name) }.to_bytes()
    }

    /// # Safety
    ///
    /// `ptr` must be null or one of the kernel's tables of kinds.
    pub(in crate::rust_bindings) unsafe fn from_raw(
        ptr: *const raw::proc_ns_operations,
    ) -> Option<Self> {
        // SAFETY: The caller promises it; those tables are constants.
        unsafe { ptr.as_ref() }.map(Self)
    }

    pub(in crate::rust_bindings) fn as_ptr(self) -> *const raw::proc_ns_operations {
        self.0
    }

    /// The place of `task`'s namespace of this kind in nsfs.
    ///
    /// # Errors
    ///
    /// Those of `ns_get_path()`: `EACCES` where the task has no such namespace any more.
    pub(crate) fn path_of(self, task: &Task) -> Result<Path> {
        let mut path = MaybeUninit::<raw::path>::uninit();
        // SAFETY: Both are valid; the function fills `path` when it succeeds, with counts for the caller.
        unsafe {
            to_result(raw::ns_get_path(path.as_mut_ptr(), task.as_ptr(), self.0))?;
            Ok(Path::from_raw(path.assume_init()))
        }
    }

    /// Writes the text of the link for `task` into `buf` and returns its length.
    ///
    /// # Errors
    ///
    /// Those of `ns_get_name()`: `ENOENT` where the task has no such namespace any more.
    pub(crate) fn text_of(self, task: &Task, buf: &mut [u8; 50]) -> Result<usize> {
        // SAFETY: Both are valid, and `buf` has room for its length.
        let len = unsafe {
            raw::ns_get_name(
                buf.as_mut_ptr().cast::<c_char>(),
                buf.len(),
                task.as_ptr(),
                self.0,
            )
        };
        usize::try_from(len).map_err(|_| Error::from_errno(len))
    }
}

/// The value of an option that is a file or the path of one.
pub(crate) struct FileParam<'a>(pub(in crate::rust_bindings) &'a mut raw::fs_parameter);

impl FileParam<'_> {
    /// Takes the file, or opens the one that the path names. Sleeps.
    ///
    /// # Errors
    ///
    /// Those of opening the file; `EBADF` if there is none.
    pub(crate) fn open(self) -> Result<NsFile> {
        NsFile::from_param(self.0)
    }
}

/// An open file that is said to stand for a namespace.
///
/// # Invariants
///
/// The file is valid, and the count is this value's.
pub(crate) struct NsFile(NonNull<raw::file>);

impl NsFile {
    fn from_param(param: &mut raw::fs_parameter) -> Result<Self> {
        // SAFETY: The type says which field of the union is set: a file whose count we may take over, or a string.
        let file = unsafe {
            match param.type_() {
                raw::fs_value_type_fs_value_is_file => {
                    core::mem::replace(&mut param.__bindgen_anon_1.file, core::ptr::null_mut())
                }
                raw::fs_value_type_fs_value_is_string => from_err_ptr(raw::filp_open(
                    param.__bindgen_anon_1.string,
                    raw::O_RDONLY as i32,
                    0,
                ))?,
                _ => core::ptr::null_mut(),
            }
        };
        // INVARIANT: The count was taken over, or is that of the open.
        NonNull::new(file).map(Self).ok_or(EBADF)
    }

    /// Whether the file stands for a namespace at all.
    pub(crate) fn is_namespace(&self) -> bool {
        // SAFETY: By the type invariant.
        unsafe { raw::proc_ns_file(self.0.as_ptr()) }
    }

    /// The pid namespace that the file stands for; `None` if it is no such file.
    pub(crate) fn pid_namespace(&self) -> Option<&PidNamespace> {
        if !self.is_namespace() {
            return None;
        }
        // SAFETY: The inode of a namespace file has a namespace, which the file pins; the type is checked before the cast.
        unsafe {
            let ns = raw::proc2_get_proc_ns((*self.0.as_ptr()).f_inode);
            raw::proc2_is_pid_ns(ns).then(|| PidNamespace::from_ptr(raw::proc2_to_pid_ns(ns)))
        }
    }
}

impl Drop for NsFile {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::fput(self.0.as_ptr()) };
    }
}

/// Whether the current task may administer what `ns` owns (`CAP_SYS_ADMIN` in the user namespace that owns it).
pub(crate) fn may_administer(ns: &PidNamespace) -> bool {
    // SAFETY: A pid namespace pins its owner.
    unsafe { raw::ns_capable((*ns.as_ptr()).user_ns, raw::CAP_SYS_ADMIN as i32) }
}

/// Whether `ns` is `ancestor` or descends from it.
pub(crate) fn descends_from(ns: &PidNamespace, ancestor: &PidNamespace) -> bool {
    // SAFETY: Both are valid.
    unsafe { raw::pidns_is_ancestor(ns.as_ptr(), ancestor.as_ptr()) }
}

/// The pid namespace that the current task is in.
pub(crate) fn of_current() -> ARef<PidNamespace> {
    // SAFETY: The current task's own pid pins its namespace, so that a count can be taken.
    ARef::from(unsafe { PidNamespace::from_ptr(raw::task_active_pid_ns(Task::current_raw())) })
}
