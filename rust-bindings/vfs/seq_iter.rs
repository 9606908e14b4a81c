// SPDX-License-Identifier: GPL-2.0

//! Files of many records, read through seq_file: a reader goes on from record to record, a buffer at a time.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h), `struct seq_operations`

use crate::rust_bindings::{
    raw,
    vfs::{
        file::{
            File,
            FileOps, //
        },
        seq::SeqFile, //
    }, //
};
use core::mem::MaybeUninit;
use kernel::{
    error::from_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*, //
};

/// The records of a file. seq_file's lock is held in every call; each may sleep.
pub(crate) trait Records: 'static {
    /// What stands for a record, between finding it and the next one.
    type Item: 'static;

    /// The record at `pos`, if there is one.
    fn start(file: &File, pos: u64) -> Result<Option<Self::Item>>;

    /// The record at `pos`, which comes after `item`, if there is one.
    fn next(file: &File, item: Self::Item, pos: u64) -> Option<Self::Item>;

    /// Writes a record.
    fn show(seq: &SeqFile, file: &File, item: &Self::Item) -> Result;
}

impl FileOps {
    /// A file of many records, shaped like `proc_tid_children_operations`.
    pub(crate) const fn records<T: Records>() -> Self {
        Self(raw::file_operations {
            open: Some(open::<T>),
            read: Some(raw::seq_read),
            llseek: Some(raw::seq_lseek),
            release: Some(raw::seq_release),
            ..pin_init::zeroed()
        })
    }
}

struct SeqOps(raw::seq_operations);

// SAFETY: The table is never written.
unsafe impl Sync for SeqOps {}

struct OpsOf<T>(core::marker::PhantomData<T>);

impl<T: Records> OpsOf<T> {
    const TABLE: &'static SeqOps = &SeqOps(raw::seq_operations {
        start: Some(start::<T>),
        next: Some(next::<T>),
        stop: Some(stop::<T>),
        show: Some(show::<T>),
    });
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn open<T: Records>(_inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes a file that nobody else knows yet; the table is a constant.
    unsafe { raw::seq_open(file, &OpsOf::<T>::TABLE.0) }
}

/// The file that `m` is of.
///
/// # Safety
///
/// `m` must be the seq_file of an open file on a superblock of this module, valid for `'a`.
unsafe fn file<'a>(m: *mut raw::seq_file) -> &'a File {
    // SAFETY: The caller promises it.
    unsafe { File::from_raw((*m).file) }
}

/// The pointer that stands for a record, to be taken back by [`next`] or [`stop`]: null for none.
fn into_ptr<T: Records>(item: Option<T::Item>) -> *mut c_void {
    let Some(item) = item else {
        return core::ptr::null_mut();
    };
    match KBox::new(item, GFP_KERNEL) {
        Ok(item) => KBox::into_raw(item).cast(),
        Err(_) => ENOMEM.to_ptr(),
    }
}

/// `->start()`.
///
/// # Safety
///
/// For seq_file alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn start<T: Records>(
    m: *mut raw::seq_file,
    pos: *mut raw::loff_t,
) -> *mut c_void {
    // SAFETY: seq_file passes a valid `m` of ours, and a position for this call alone.
    let (file, pos) = unsafe { (file(m), *pos as u64) };
    match T::start(file, pos) {
        Ok(item) => into_ptr::<T>(item),
        Err(err) => err.to_ptr(),
    }
}

/// `->next()`.
///
/// # Safety
///
/// For seq_file alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn next<T: Records>(
    m: *mut raw::seq_file,
    v: *mut c_void,
    pos: *mut raw::loff_t,
) -> *mut c_void {
    // SAFETY: seq_file passes a valid `m` of ours, a position for this call alone, and the record that the last call returned,
    // which is a box that `into_ptr()` made. The record is moved out of the box, which stays as room for the next one.
    let (file, room, item, pos) = unsafe {
        *pos += 1;
        let room = KBox::from_raw(v.cast::<MaybeUninit<T::Item>>());
        let item = room.assume_init_read();
        (file(m), room, item, *pos as u64)
    };
    match T::next(file, item, pos) {
        Some(item) => KBox::into_raw(KBox::write(room, item)).cast(),
        None => core::ptr::null_mut(),
    }
}

/// `->stop()`.
///
/// # Safety
///
/// For seq_file alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn stop<T: Records>(_m: *mut raw::seq_file, v: *mut c_void) {
    // seq_file also stops at the end and after an error.
    if !v.is_null() && kernel::error::from_err_ptr(v).is_ok() {
        // SAFETY: `v` is the record that the last call returned, which is a box that `into_ptr()` made.
        drop(unsafe { KBox::from_raw(v.cast::<T::Item>()) });
    }
}

/// `->show()`.
///
/// # Safety
///
/// For seq_file alone, which passes what that slot is promised, for a file whose table `FileOps` made.
unsafe extern "C" fn show<T: Records>(m: *mut raw::seq_file, v: *mut c_void) -> c_int {
    // SAFETY: seq_file passes a valid `m` of ours and the record that the last call returned.
    let (seq, file, item) = unsafe { (SeqFile::from_raw(m), file(m), &*v.cast::<T::Item>()) };
    from_result(|| T::show(seq, file, item).map(|()| 0))
}
