// SPDX-License-Identifier: GPL-2.0

//! Files that fix an address space when they are opened.
//!
//! `private_data` of such a file is a count of the address space's memory, or null, from its open to its release.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/sched/mm.h`](srctree/include/linux/sched/mm.h)

use crate::rust_bindings::{
    raw,
    vfs::{
        file::{
            write,
            File,
            FileOps,
            Write, //
        },
        inode::Inode,
        user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use core::ptr::NonNull;
use kernel::{
    error::from_result,
    ffi::{
        c_char,
        c_int, //
    },
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

/// A file that fixes the address space at open.
pub(crate) trait MmStream {
    /// Finds the address space, after asking whether the opener may see it.
    fn open(inode: &Inode) -> Result<ARef<Mm>>;

    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(mm: &Mm, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

/// A file of an address space's memory, whose positions are addresses.
pub(crate) trait MmReadWrite {
    /// Finds the address space, after asking whether the opener may use it.
    fn open(inode: &Inode) -> Result<ARef<Mm>>;

    /// Reads from the address `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(file: &File, mm: &Mm, buf: &mut UserBuf, pos: &mut u64) -> Result<usize>;

    /// Writes at the address `pos`, moves `pos`, and returns how much was written.
    fn write(file: &File, mm: &Mm, data: &mut UserData, pos: &mut u64) -> Result<usize>;
}

/// A file that remembers the address space that it was opened with, if there was one that the opener may see.
pub(crate) trait MaybeMm {
    /// Finds the address space. An error opens the file all the same.
    fn open(inode: &Inode) -> Result<ARef<Mm>>;

    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

impl File {
    /// Whether the file of a [`MaybeMm`] was opened with the address space that the current task has now.
    pub(crate) fn has_current_mm(&self) -> bool {
        // SAFETY: The file is valid; `private_data` does not change once it is open, and is only compared.
        let opened_with = unsafe { (*self.as_ptr()).private_data };
        crate::rust_bindings::tasks::task::with_current(|current| {
            // SAFETY: A task's own address space changes only by itself.
            core::ptr::eq(opened_with.cast(), unsafe { (*current.as_ptr()).mm })
        })
    }
}

impl FileOps {
    /// Memory of an address space, shaped like `proc_mem_operations`: positions are unsigned.
    pub(crate) const fn mm_read_write<T: MmReadWrite>() -> Self {
        Self(raw::file_operations {
            open: Some(mm_rw_open::<T>),
            read: Some(mm_rw_read::<T>),
            write: Some(mm_rw_write::<T>),
            llseek: Some(mm_rw_llseek),
            release: Some(mm_release),
            fop_flags: raw::proc2_FOP_UNSIGNED_OFFSET,
            ..pin_init::zeroed()
        })
    }

    /// A file that may remember an address space, shaped like `proc_pid_attr_operations`.
    pub(crate) const fn maybe_mm<T: MaybeMm + Write>() -> Self {
        Self(raw::file_operations {
            open: Some(maybe_mm_open::<T>),
            read: Some(maybe_mm_read::<T>),
            write: Some(write::<T>),
            llseek: Some(raw::generic_file_llseek),
            release: Some(mm_release),
            ..pin_init::zeroed()
        })
    }

    /// Live data of an address space, shaped like `proc_environ_operations`.
    pub(crate) const fn mm_stream<T: MmStream>() -> Self {
        Self(raw::file_operations {
            open: Some(mm_open::<T>),
            read: Some(mm_read::<T>),
            llseek: Some(raw::generic_file_llseek),
            release: Some(mm_release),
            ..pin_init::zeroed()
        })
    }
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_open<T: MmStream>(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an inode of ours and a file that nobody else knows yet.
    let inode = unsafe { Inode::from_raw(inode) };
    from_result(|| {
        let mm = ARef::into_raw(T::open(inode)?);
        // SAFETY: As above; the count goes to the file, and `mm_release()` gives it back.
        unsafe { (*file).private_data = mm.as_ptr().cast() };
        Ok(0)
    })
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_read<T: MmStream>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, whose `private_data` `mm_open()` set, and a position for this call alone.
    let (mm, pos) = unsafe { (&*(*file).private_data.cast::<Mm>(), &mut *pos) };
    from_result(|| T::read(mm, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_release(_inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The last user of the file is gone; `mm_open()` left a count of the address space in it.
    if let Some(mm) = unsafe { NonNull::new((*file).private_data.cast::<Mm>()) } {
        // SAFETY: The count is handed over.
        drop(unsafe { ARef::from_raw(mm) });
    }
    0
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn maybe_mm_open<T: MaybeMm>(
    inode: *mut raw::inode,
    file: *mut raw::file,
) -> c_int {
    // SAFETY: The VFS passes an inode of ours and a file that nobody else knows yet; `mm_release()` gives the count back.
    unsafe {
        (*file).private_data = match T::open(Inode::from_raw(inode)) {
            Ok(mm) => ARef::into_raw(mm).as_ptr().cast(),
            Err(_) => core::ptr::null_mut(),
        };
    }
    0
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn maybe_mm_read<T: MaybeMm>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, and a position for this call alone.
    let (file, pos) = unsafe { (File::from_raw(file), &mut *pos) };
    from_result(|| T::read(file, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_rw_open<T: MmReadWrite>(
    inode: *mut raw::inode,
    file: *mut raw::file,
) -> c_int {
    // SAFETY: The VFS passes an inode of ours.
    let inode = unsafe { Inode::from_raw(inode) };
    from_result(|| {
        let mm = ARef::into_raw(T::open(inode)?);
        // SAFETY: The file is known to nobody else yet; the count goes to it, and `mm_release()` gives it back.
        unsafe { (*file).private_data = mm.as_ptr().cast() };
        Ok(0)
    })
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_rw_read<T: MmReadWrite>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, whose `private_data` `mm_rw_open()` set, and a position for this call alone.
    let (f, mm, pos) = unsafe {
        (
            File::from_raw(file),
            &*(*file).private_data.cast::<Mm>(),
            &mut *pos.cast::<u64>(),
        )
    };
    from_result(|| T::read(f, mm, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
}

/// `->write()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_rw_write<T: MmReadWrite>(
    file: *mut raw::file,
    data: *const c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: As in `mm_rw_read()`.
    let (f, mm, pos) = unsafe {
        (
            File::from_raw(file),
            &*(*file).private_data.cast::<Mm>(),
            &mut *pos.cast::<u64>(),
        )
    };
    from_result(|| T::write(f, mm, &mut UserData::new(data, len), pos).map(|n| n as isize))
}

/// `->llseek()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn mm_rw_llseek(
    file: *mut raw::file,
    offset: raw::loff_t,
    whence: c_int,
) -> raw::loff_t {
    // SAFETY: The VFS passes an open file and holds its position lock where there can be concurrent users.
    let pos = unsafe { &mut (*file).f_pos };
    *pos = match whence as u32 {
        raw::SEEK_SET => offset,
        raw::SEEK_CUR => pos.wrapping_add(offset),
        _ => return EINVAL.to_errno().into(),
    };
    *pos
}
