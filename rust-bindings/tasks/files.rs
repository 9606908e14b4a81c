// SPDX-License-Identifier: GPL-2.0

//! A task's open files, its root and its working directory.
//!
//! Locks: [`count`], [`Context`] and [`FdFile::of_described`] take `task->alloc_lock`
//! (`task_lock()`), and the last one inside it `files->file_lock`. Both are spinlocks of process
//! context; nothing sleeps under them.
//!
//! C headers: [`include/linux/fdtable.h`](srctree/include/linux/fdtable.h),
//! [`include/linux/fs_struct.h`](srctree/include/linux/fs_struct.h)

use crate::rust_bindings::{
    raw,
    vfs::{
        link::Path,
        seq::SeqFile, //
    }, //
};
use core::{
    mem::MaybeUninit,
    ptr::NonNull, //
};
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task, //
};

/// A task with `task_lock()` held.
pub(in crate::rust_bindings) struct TaskLock<'a>(&'a Task);

impl<'a> TaskLock<'a> {
    pub(in crate::rust_bindings) fn lock(task: &'a Task) -> Self {
        // SAFETY: The task is valid.
        unsafe { raw::proc2_task_lock(task.as_ptr()) };
        Self(task)
    }

    fn files(&self) -> *mut raw::files_struct {
        // SAFETY: The lock keeps the field.
        unsafe { (*self.0.as_ptr()).files }
    }

    fn fs(&self) -> *mut raw::fs_struct {
        // SAFETY: The lock keeps the field.
        unsafe { raw::proc2_task_fs(self.0.as_ptr()).cast() }
    }
}

impl Drop for TaskLock<'_> {
    fn drop(&mut self) {
        // SAFETY: The lock is held.
        unsafe { raw::proc2_task_unlock(self.0.as_ptr()) };
    }
}

/// The number of open files; `None` once the task has given its table up.
pub(crate) fn count(task: &Task) -> Option<u32> {
    let lock = TaskLock::lock(task);
    let files = lock.files();
    if files.is_null() {
        return None;
    }
    let _rcu = rcu::read_lock();
    // SAFETY: The lock keeps the table's owner, RCU the table.
    Some(unsafe { raw::proc2_files_count(files) })
}

/// What `status` shows of a task's file context.
pub(crate) struct Context {
    /// The umask, as long as there is a file system context.
    pub(crate) umask: Option<u32>,
    /// The size of the table of open files, 0 without one.
    pub(crate) fd_size: u32,
}

impl Context {
    /// Reads both under one lock.
    pub(crate) fn of(task: &Task) -> Self {
        let _rcu = rcu::read_lock();
        let lock = TaskLock::lock(task);
        let (fs, files) = (lock.fs(), lock.files());
        // SAFETY: The lock keeps both contexts, RCU the table. The umask is one word that its owner
        // changes at any time.
        unsafe {
            Self {
                umask: (!fs.is_null()).then(|| (&raw const (*fs).umask).read_volatile() as u32),
                fd_size: if files.is_null() {
                    0
                } else {
                    raw::proc2_files_max_fds(files)
                },
            }
        }
    }
}

fn fs_path(
    task: &Task,
    get: unsafe extern "C" fn(*mut raw::fs_struct, *mut raw::path),
) -> Result<Path> {
    let lock = TaskLock::lock(task);
    let fs = lock.fs();
    if fs.is_null() {
        return Err(ENOENT);
    }
    let mut path = MaybeUninit::uninit();
    // SAFETY: The lock keeps the context; the function fills the path, with counts for the caller.
    unsafe {
        get(fs, path.as_mut_ptr());
        Ok(Path::from_raw(path.assume_init()))
    }
}

/// The root directory of `task`.
///
/// # Errors
///
/// `ENOENT` once the task has given its file system context up.
pub(crate) fn root(task: &Task) -> Result<Path> {
    fs_path(task, raw::proc2_get_fs_root)
}

/// The working directory of `task`.
///
/// # Errors
///
/// `ENOENT` once the task has given its file system context up.
pub(crate) fn cwd(task: &Task) -> Result<Path> {
    fs_path(task, raw::proc2_get_fs_pwd)
}

/// The program that `task` runs.
///
/// # Errors
///
/// `ENOENT` for a task without one.
pub(crate) fn exe(task: &Task) -> Result<Path> {
    // SAFETY: The task is valid; the function takes a count for the caller.
    let file = unsafe { raw::get_task_exe_file(task.as_ptr()) };
    // INVARIANT: The count was just taken.
    let file = FdFile(NonNull::new(file).ok_or(ENOENT)?);
    Ok(file.path())
}

/// An open file of a task.
///
/// # Invariants
///
/// The file is valid, and the count is this value's.
pub(crate) struct FdFile(NonNull<raw::file>);

/// How a file is open.
#[derive(Clone, Copy)]
pub(crate) struct OpenMode {
    /// For reading.
    pub(crate) read: bool,
    /// For writing.
    pub(crate) write: bool,
}

impl FdFile {
    /// The file that `task` has open as `fd`.
    pub(crate) fn of(task: &Task, fd: u32) -> Option<Self> {
        // SAFETY: The task is valid; the function takes a count for the caller.
        // INVARIANT: The count was just taken.
        NonNull::new(unsafe { raw::fget_task(task.as_ptr(), fd) }).map(Self)
    }

    /// The first file that `task` has open as `fd` or above, and its number. `Err` is the number to
    /// go on from next time.
    pub(crate) fn next(task: &Task, mut fd: u32) -> core::result::Result<(u32, Self), u32> {
        // SAFETY: The task is valid; the function takes a count for the caller.
        // INVARIANT: The count was just taken.
        match NonNull::new(unsafe { raw::fget_task_next(task.as_ptr(), &mut fd) }) {
            Some(file) => Ok((fd, Self(file))),
            None => Err(fd),
        }
    }

    /// How the file is open.
    pub(crate) fn mode(&self) -> OpenMode {
        // SAFETY: By the type invariant; the mode does not change in these bits.
        let mode = unsafe { (*self.0.as_ptr()).f_mode };
        OpenMode {
            read: mode & raw::proc2_FMODE_READ != 0,
            write: mode & raw::proc2_FMODE_WRITE != 0,
        }
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> Path {
        // SAFETY: By the type invariant; an open file's path does not change.
        unsafe { Path::cloned((&raw const (*self.0.as_ptr()).__bindgen_anon_1.f_path).cast()) }
    }
}

impl Drop for FdFile {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::fput(self.0.as_ptr()) };
    }
}

/// An open file and how the task's table holds it, read at one moment.
pub(crate) struct DescribedFile {
    file: FdFile,
    /// The table, to be compared with lock owners; may be gone.
    table: *mut raw::files_struct,
    flags: u32,
}

impl DescribedFile {
    /// The file that `task` has open as `fd`.
    pub(crate) fn of(task: &Task, fd: u32) -> Option<Self> {
        let lock = TaskLock::lock(task);
        let table = lock.files();
        if table.is_null() {
            return None;
        }
        // SAFETY: The task lock keeps the table's owner; `file_lock` keeps its content, which is
        // all that is read.
        unsafe {
            raw::spin_lock(&raw mut (*table).file_lock);
            let file = raw::proc2_files_lookup_fd_locked(table, fd);
            let found = NonNull::new(file).map(|file| {
                raw::get_file(file.as_ptr());
                let exec = raw::proc2_close_on_exec(fd, table);
                Self {
                    // INVARIANT: The count was just taken.
                    file: FdFile(file),
                    table,
                    flags: (*file.as_ptr()).f_flags | if exec { raw::O_CLOEXEC } else { 0 },
                }
            });
            raw::spin_unlock(&raw mut (*table).file_lock);
            found
        }
    }

    fn raw(&self) -> *mut raw::file {
        self.file.0.as_ptr()
    }

    /// The position.
    pub(crate) fn pos(&self) -> i64 {
        // SAFETY: The file is valid; the position is one word.
        unsafe { (&raw const (*self.raw()).f_pos).read_volatile() }
    }

    /// The flags that it was opened with, `O_CLOEXEC` as the table has it.
    pub(crate) fn flags(&self) -> u32 {
        self.flags
    }

    /// The id of the mount that it is on.
    pub(crate) fn mnt_id(&self) -> i32 {
        // SAFETY: An open file pins its mount.
        unsafe { raw::proc2_mnt_id((*self.raw()).__bindgen_anon_1.f_path.mnt) }
    }

    /// The number of its inode.
    pub(crate) fn ino(&self) -> u64 {
        // SAFETY: An open file pins its inode.
        unsafe { (*(*self.raw()).f_inode).i_ino }
    }

    /// Writes the locks held through this descriptor.
    pub(crate) fn show_locks(&self, seq: &SeqFile) {
        // SAFETY: Both are valid; the function compares the table's address and never follows it.
        unsafe { raw::proc2_show_fd_locks(seq.as_ptr(), self.raw(), self.table) };
    }

    /// Lets the file's own driver write what it knows.
    pub(crate) fn show_fdinfo(&self, seq: &SeqFile) {
        // SAFETY: The file is valid, and the operations are its own.
        unsafe {
            if let Some(show) = (*(*self.raw()).f_op).show_fdinfo {
                show(seq.as_ptr(), self.raw());
            }
        }
    }
}
