// SPDX-License-Identifier: GPL-2.0

//! File operations.
//!
//! Which slots a table fills is part of what programs see (`sendfile()` fails without `->read_iter()` and `->splice_read()`),
//! so each constructor here names the procfs table that it has the shape of.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct file_operations`

use super::{
    cred::{
        Capability,
        UserNamespace, //
    },
    dir::{
        cookie_llseek,
        iterate,
        Directory, //
    },
    inode::Inode,
    raw,
    record::{
        self,
        InFile,
        Record, //
    },
    seq::{
        SeqRecord,
        SeqShow, //
    },
    user::{
        UserBuf,
        UserData, //
    }, //
};
use kernel::{
    error::from_result,
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*,
    types::Opaque, //
};

/// An open file on a superblock of this module.
#[repr(transparent)]
pub(crate) struct File(Opaque<raw::file>);

impl File {
    pub(super) fn as_ptr(&self) -> *mut raw::file {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid open file on a superblock of this module for the lifetime `'a`.
    pub(super) unsafe fn from_raw<'a>(ptr: *const raw::file) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// The inode that was opened.
    pub(crate) fn inode(&self) -> &Inode {
        // SAFETY: An open file pins its inode, which is on a superblock of ours.
        unsafe { Inode::from_raw((*self.as_ptr()).f_inode) }
    }

    /// Whether whoever opened the file had `capability` in the initial user namespace.
    pub(crate) fn opener_capable(&self, capability: Capability) -> bool {
        // SAFETY: The file is valid, and `init_user_ns` is a static of the kernel.
        unsafe {
            raw::file_ns_capable(
                self.as_ptr(),
                &raw mut raw::init_user_ns,
                capability.as_raw(),
            )
        }
    }

    /// Whether the file is open for writing.
    pub(crate) fn is_writable(&self) -> bool {
        // SAFETY: The file is valid; the mode does not change in this bit.
        unsafe { (*self.as_ptr()).f_mode & raw::proc2_FMODE_WRITE != 0 }
    }

    /// The user namespace of the credentials that opened the file.
    pub(crate) fn opener_user_ns(&self) -> &UserNamespace {
        // SAFETY: An open file pins its credentials, and those their user namespace; neither changes.
        unsafe { UserNamespace::from_raw((*(*self.as_ptr()).f_cred).user_ns) }
    }
}

/// A file without state whose read goes to live data.
pub(crate) trait Stream {
    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

/// A short text that each read formats anew and goes on in at its position.
pub(crate) trait Live {
    /// Writes the text into `buf`, which has room for it, and returns its length.
    fn show(file: &File, buf: &mut [u8; LIVE_LEN]) -> Result<usize>;
}

/// The room that a [`Live`] text has.
pub(crate) const LIVE_LEN: usize = 16;

/// How a file can be sought in.
#[derive(Clone, Copy)]
pub(crate) enum Seek {
    /// `generic_file_llseek()`.
    Generic,
    /// `default_llseek()`.
    Default,
    /// Not at all.
    #[cfg(CONFIG_FAULT_INJECTION)]
    None,
}

type Llseek = unsafe extern "C" fn(*mut raw::file, raw::loff_t, c_int) -> raw::loff_t;

impl Seek {
    const fn llseek(self) -> Option<Llseek> {
        match self {
            Seek::Generic => Some(raw::generic_file_llseek),
            Seek::Default => Some(raw::default_llseek),
            #[cfg(CONFIG_FAULT_INJECTION)]
            Seek::None => None,
        }
    }
}

/// A file that can be written. No write moves the position.
pub(crate) trait Write {
    /// Takes what was written at `pos` and returns how much of it counts as taken.
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize>;
}

/// A table of file operations.
#[repr(transparent)]
pub(crate) struct FileOps(pub(super) raw::file_operations);

// SAFETY: The table is never written.
unsafe impl Sync for FileOps {}

impl FileOps {
    /// A directory.
    pub(crate) const fn directory<T: Directory>(seek: Seek) -> Self {
        Self(raw::file_operations {
            read: Some(raw::generic_read_dir),
            iterate_shared: Some(iterate::<T>),
            llseek: match seek {
                _ if T::COOKIE => Some(cookie_llseek),
                seek => seek.llseek(),
            },
            ..pin_init::zeroed()
        })
    }

    /// A directory that stands for a thread group, shaped like `proc_tgid_base_operations`: where the
    /// kernel has `scripts/kernel/proc_pidfd.patch`, a file opened on it serves as a pidfd.
    pub(crate) const fn thread_group<T: Directory>(seek: Seek) -> Self {
        let mut ops = Self::directory::<T>(seek);
        // FOP_PROC_TGID promises a `struct proc_inode` around every inode with these operations, and
        // a pid that is NULL, or was set before the inode could be looked up and is kept until it is
        // freed. `Inode`'s invariant, `NewInode::pid()` and `free_inode()` keep this for all of ours.
        ops.0.fop_flags = raw::proc2_FOP_PROC_TGID;
        ops
    }

    /// A single record, shaped like `proc_single_file_operations`.
    pub(crate) const fn record<T: Record>() -> Self {
        Self(raw::file_operations {
            open: Some(record::open),
            read: Some(record::read::<T, InFile>),
            llseek: Some(record::llseek::<T, InFile>),
            release: Some(record::release),
            ..pin_init::zeroed()
        })
    }

    /// A single record that can be written, shaped like `proc_pid_set_comm_operations`.
    pub(crate) const fn record_with_write<T: Record + Write>() -> Self {
        let mut ops = Self::record::<T>();
        ops.0.write = Some(write::<T>);
        ops
    }

    /// A single record that one of the kernel's own formatters writes into a seq_file.
    pub(crate) const fn seq<T: SeqShow>() -> Self {
        Self::record::<SeqRecord<T>>()
    }

    /// As [`FileOps::seq`], for a file that can be written, shaped like `proc_pid_sched_operations`.
    pub(crate) const fn seq_with_write<T: SeqShow + Write>() -> Self {
        let mut ops = Self::seq::<T>();
        ops.0.write = Some(write::<T>);
        ops
    }

    /// A short text that each read formats anew, shaped like `proc_sessionid_operations`.
    pub(crate) const fn live<T: Live>(seek: Seek) -> Self {
        Self(raw::file_operations {
            read: Some(live_read::<T>),
            llseek: seek.llseek(),
            ..pin_init::zeroed()
        })
    }

    /// As [`FileOps::live`], for a file that can be written, shaped like `proc_oom_adj_operations`.
    pub(crate) const fn live_with_write<T: Live + Write>(seek: Seek) -> Self {
        let mut ops = Self::live::<T>(seek);
        ops.0.write = Some(write::<T>);
        ops
    }

    /// Live data, shaped like `proc_pid_cmdline_ops`.
    pub(crate) const fn stream<T: Stream>() -> Self {
        Self(raw::file_operations {
            read: Some(stream_read::<T>),
            llseek: Some(raw::generic_file_llseek),
            ..pin_init::zeroed()
        })
    }

    pub(super) fn as_ptr(&'static self) -> *const raw::file_operations {
        &self.0
    }
}

/// `->write()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
pub(super) unsafe extern "C" fn write<T: Write>(
    file: *mut raw::file,
    data: *const c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, and a position for this call alone.
    let (file, pos) = unsafe { (File::from_raw(file), *pos) };
    from_result(|| T::write(file, &UserData::new(data, len), pos).map(|n| n as isize))
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn live_read<T: Live>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, and a position for this call alone.
    let (file, pos) = unsafe { (File::from_raw(file), &mut *pos) };
    from_result(|| {
        let mut text = [0; LIVE_LEN];
        let len_of_text = T::show(file, &mut text)?;
        UserBuf::new(buf, len)
            .write_from(text.get(..len_of_text).unwrap_or(&text), pos)
            .map(|n| n as isize)
    })
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn stream_read<T: Stream>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, and a position for this call alone.
    let (file, pos) = unsafe { (File::from_raw(file), &mut *pos) };
    from_result(|| T::read(file, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
}
