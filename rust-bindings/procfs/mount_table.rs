// SPDX-License-Identifier: GPL-2.0

//! Tables of the mounts of a task's namespace: the kernel's iteration, with lines of proc2's own.
//!
//! The kernel's `->open()` finds the namespace and the root, its `mounts_op` goes from mount to
//! mount, its `->poll()` tells of changes; what a line says is written here by the function that
//! `struct proc_mounts` names for it. What a superblock, its filesystem or a security module has to
//! say of it, they write themselves.
//!
//! Locks: seq_file's own, and inside it `namespace_sem` for reading, which the kernel takes; inside
//! of that `rename_lock` and `mount_lock` as readers.
//!
//! C source: [`fs/proc_namespace.c`](srctree/fs/proc_namespace.c), `m_start()` to `m_show()` of
//! [`fs/namespace.c`](srctree/fs/namespace.c)

use crate::rust_bindings::{
    raw,
    vfs::{
        file::FileOps,
        mount::Mount,
        seq::SeqFile, //
    }, //
};
use kernel::{
    error::{
        code::EINVAL,
        Error, //
    },
    ffi::c_int,
    prelude::*, //
};

/// Which of the kernel's tables one stands for.
#[derive(Clone, Copy)]
pub(crate) enum Kernels {
    Mounts,
    Mountinfo,
    Mountstats,
}

impl Kernels {
    #[inline]
    fn operations(self) -> &'static raw::file_operations {
        // SAFETY: The tables are constants of the kernel.
        unsafe {
            match self {
                Self::Mounts => &raw::proc_mounts_operations,
                Self::Mountinfo => &raw::proc_mountinfo_operations,
                Self::Mountstats => &raw::proc_mountstats_operations,
            }
        }
    }
}

/// A table of mounts.
pub(crate) trait MountTable: 'static {
    /// The kernel's own.
    const KERNELS: Kernels;
    /// Whether a reader can wait for changes.
    const POLL: bool = true;

    /// Writes the line of a mount.
    fn show(line: &Line<'_>) -> Written;
}

/// Why a line is not written: the root does not reach the mount, or an error.
pub(crate) struct Stop(c_int);

impl Stop {
    /// `SEQ_SKIP`.
    pub(crate) const UNREACHED: Self = Self(1);
}

impl From<Error> for Stop {
    fn from(err: Error) -> Self {
        Self(err.to_errno())
    }
}

/// What writing a line, or a part of it, comes to.
pub(crate) type Written = Result<(), Stop>;

/// What a function of the kernel's returns.
fn written(result: c_int) -> Written {
    match result {
        0 => Ok(()),
        other => Err(Stop(other)),
    }
}

/// The line of a mount that is being written.
pub(crate) struct Line<'a> {
    /// Where it is written to.
    pub(crate) seq: &'a SeqFile,
    /// What it is of.
    pub(crate) mount: Mount<'a>,
}

impl Line<'_> {
    /// Calls a function that the superblock may have.
    #[inline]
    fn by_superblock(
        &self,
        function: Option<unsafe extern "C" fn(*mut raw::seq_file, *mut raw::dentry) -> c_int>,
    ) -> Option<Written> {
        let (seq, dentry) = (self.seq.as_ptr(), self.mount.dentry());
        // SAFETY: The function is one of the operations of the dentry's superblock, to which the
        // mount leads; `seq` is locked for the record.
        function.map(|function| written(unsafe { function(seq, dentry) }))
    }

    #[inline]
    fn operations(&self) -> &raw::super_operations {
        // SAFETY: A superblock that is mounted has operations, which are constant.
        unsafe { &*(*self.mount.super_block()).s_op }
    }

    /// Appends what is mounted, where the filesystem says that itself.
    #[inline]
    pub(crate) fn own_source(&self) -> Option<Written> {
        self.by_superblock(self.operations().show_devname)
    }

    /// Appends what of the filesystem is mounted, where it says that itself.
    #[inline]
    pub(crate) fn own_root(&self) -> Option<Written> {
        self.by_superblock(self.operations().show_path)
    }

    /// Appends the path of what is mounted within its filesystem.
    pub(crate) fn root(&self) {
        let (seq, dentry) = (self.seq.as_ptr(), self.mount.dentry());
        // SAFETY: `seq` is locked for the record; the mount keeps its dentry.
        unsafe { raw::seq_dentry(seq, dentry, c" \t\n\\".as_char_ptr()) };
    }

    /// Appends what a security module has to say of the superblock.
    #[inline]
    pub(crate) fn security(&self) -> Written {
        let (seq, sb) = (self.seq.as_ptr(), self.mount.super_block());
        // SAFETY: `seq` is locked for the record, and the mount keeps its superblock.
        written(unsafe { raw::security_sb_show_options(seq, sb) })
    }

    /// Appends the filesystem's own options, if it has some.
    #[inline]
    pub(crate) fn options(&self) -> Option<Written> {
        self.by_superblock(self.operations().show_options)
    }

    /// Whether the filesystem has figures of its own.
    #[inline]
    pub(crate) fn has_stats(&self) -> bool {
        self.operations().show_stats.is_some()
    }

    /// Appends them.
    #[inline]
    pub(crate) fn stats(&self) -> Option<Written> {
        self.by_superblock(self.operations().show_stats)
    }
}

/// The `show` of `struct proc_mounts`.
///
/// # Safety
///
/// `seq` must be the locked seq_file of an open table, and `mnt` that of a `struct mount` in its
/// namespace's tree, with `namespace_sem` held for reading.
unsafe extern "C" fn show<T: MountTable>(
    seq: *mut raw::seq_file,
    mnt: *mut raw::vfsmount,
) -> c_int {
    // SAFETY: The caller promises both; what a table keeps in `private` is a `struct proc_mounts`,
    // whose root stays until the file is closed.
    let line = unsafe {
        let mounts = (*seq).private.cast::<raw::proc_mounts>();
        Line {
            seq: SeqFile::from_raw(seq),
            mount: Mount::from_raw(mnt, &raw mut (*mounts).root),
        }
    };
    match T::show(&line) {
        Ok(()) => 0,
        Err(Stop(result)) => result,
    }
}

/// `->open()`.
///
/// # Safety
///
/// That of `->open()`, for an inode of this module that has a task.
unsafe extern "C" fn open<T: MountTable>(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    let Some(open) = T::KERNELS.operations().open else {
        return EINVAL.to_errno();
    };
    // SAFETY: The caller promises what the kernel's own wants. If that returns 0, `private_data`
    // is a seq_file whose `private` is a `struct proc_mounts`, and nobody else has the file yet.
    unsafe {
        let result = open(inode, file);
        if result == 0 {
            let seq = (*file).private_data.cast::<raw::seq_file>();
            (*(*seq).private.cast::<raw::proc_mounts>()).show = Some(show::<T>);
        }
        result
    }
}

/// `->release()`.
///
/// # Safety
///
/// That of `->release()`, for a file that [`open`] has opened.
unsafe extern "C" fn release<T: MountTable>(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    let release = T::KERNELS.operations().release;
    // SAFETY: The caller promises what the kernel's own wants, which has opened the file.
    release.map_or(0, |release| unsafe { release(inode, file) })
}

/// `->poll()`.
///
/// # Safety
///
/// That of `->poll()`, for a file that [`open`] has opened.
unsafe extern "C" fn poll<T: MountTable>(
    file: *mut raw::file,
    wait: *mut raw::poll_table_struct,
) -> raw::__poll_t {
    let poll = T::KERNELS.operations().poll;
    // SAFETY: The caller promises what the kernel's own wants, which has opened the file.
    poll.map_or(0, |poll| unsafe { poll(file, wait) })
}

impl FileOps {
    /// A table of mounts, shaped like `proc_mounts_operations`.
    pub(crate) const fn mount_table<T: MountTable>() -> Self {
        Self(raw::file_operations {
            open: Some(open::<T>),
            read_iter: Some(raw::seq_read_iter),
            splice_read: Some(raw::copy_splice_read),
            llseek: Some(raw::seq_lseek),
            release: Some(release::<T>),
            poll: if T::POLL { Some(poll::<T>) } else { None },
            ..pin_init::zeroed()
        })
    }
}
