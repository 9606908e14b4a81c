// SPDX-License-Identifier: GPL-2.0

//! The table of functions that the VFS is given of a kind of file.
//!
//! Which slots a table fills is part of what programs see: `sendfile()` fails without
//! `->read_iter()` and `->splice_read()`, `pread()` takes high addresses only with
//! `FOP_UNSIGNED_OFFSET`. So a slot is filled if the trait's function is there, no other.
//!
//! Locks: none here. `->read()`, `->write()` and `->llseek()` by way of `f_pos` hold the position
//! lock where a file has several users; io_uring and `pread()` do not. What a kind of file keeps is
//! shared by all of them.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct file_operations`

use crate::rust_bindings::{
    raw,
    vfs::{
        file_operations::{
            Borrowed,
            FileOperations,
            FileOps, //
        },
        inode::Inode,
        open_file::File,
        private_data::PrivateData,
        seek::SeekFrom,
        user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    error::from_result,
    ffi::{
        c_char,
        c_int,
        c_long,
        c_uint,
        c_ulong,
        c_void, //
    },
    iov::IovIterDest, //
};

impl FileOps {
    /// The table of `T`.
    pub(crate) const fn of<T: FileOperations>() -> Self {
        Self(Table::<T>::OPS)
    }
}

/// The functions that the VFS calls for `T`, each of which lends what the file keeps.
///
/// # Invariants
///
/// They are in the slots of [`Table::OPS`] alone. So `->open()` was called for each file that
/// another of them is called for, which left the word of a `T::Data` in it; or there is none, and
/// null is such a word.
struct Table<T>(PhantomData<T>);

impl<T: FileOperations> Table<T> {
    const OPENS: bool = T::HAS_OPEN || !T::PWRITE || T::WRITABLE.is_some() || T::HAS_HAND_OVER;

    const OPS: raw::file_operations = {
        assert!(
            T::HAS_OPEN || T::Data::IN_NEW_FILES && T::SEQ.is_none(),
            "something must make what the file keeps"
        );
        raw::file_operations {
            open: if Self::OPENS { Some(Self::open) } else { None },
            read: if T::SEQ.is_some() {
                Some(raw::seq_read)
            } else if T::HAS_READ {
                Some(Self::read)
            } else {
                None
            },
            read_iter: if T::HAS_READ_ITER {
                Some(Self::read_iter)
            } else {
                None
            },
            splice_read: if T::HAS_READ_ITER {
                Some(raw::copy_splice_read)
            } else {
                None
            },
            write: if T::HAS_WRITE {
                Some(Self::write)
            } else {
                None
            },
            llseek: if T::SEQ.is_some() {
                Some(raw::seq_lseek)
            } else if T::HAS_LLSEEK {
                Some(Self::llseek)
            } else {
                T::SEEK.llseek()
            },
            unlocked_ioctl: if T::HAS_IOCTL {
                Some(Self::ioctl)
            } else {
                None
            },
            compat_ioctl: if T::HAS_IOCTL {
                raw::compat_ptr_ioctl
            } else {
                None
            },
            release: if T::Data::IS_OWNER || T::SEQ.is_some() {
                Some(Self::release)
            } else {
                None
            },
            fop_flags: if T::UNSIGNED_OFFSET {
                raw::proc2_FOP_UNSIGNED_OFFSET
            } else {
                0
            },
            ..pin_init::zeroed()
        }
    };

    /// Where `file` has the word of what it keeps.
    ///
    /// # Safety
    ///
    /// `file` must be open, or its seq_file be made, if it has one.
    #[inline(always)]
    unsafe fn word(file: *mut raw::file) -> *mut *mut c_void {
        // SAFETY: The caller promises it.
        unsafe {
            match T::SEQ {
                Some(_) => &raw mut (*(*file).private_data.cast::<raw::seq_file>()).private,
                None => &raw mut (*file).private_data,
            }
        }
    }

    /// What `file` keeps.
    ///
    /// # Safety
    ///
    /// `file` must be an open file with this table, and not be released before the end of `'a`.
    #[inline(always)]
    unsafe fn data<'a>(file: *mut raw::file) -> Borrowed<'a, T> {
        // SAFETY: By the type invariant the word is that of a `T::Data`; the caller promises the
        // rest.
        unsafe { T::Data::borrow(Self::word(file)) }
    }

    /// `->open()`.
    ///
    /// # Safety
    ///
    /// `inode` must be a live inode on a superblock of this module, and `file` a file of it with
    /// this table that nobody else knows yet.
    unsafe extern "C" fn open(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
        // SAFETY: The caller promises it: as much of the file is set as `File` looks at.
        let (i, f) = unsafe { (Inode::from_raw(inode), File::from_raw(file)) };
        let other = match T::WRITABLE {
            Some(table) if f.is_writable() => Ok(Some(table)),
            _ if T::HAS_HAND_OVER => T::hand_over(i),
            _ => Ok(None),
        };
        match other {
            Ok(None) => {}
            Ok(Some(table)) => {
                // SAFETY: Nobody else knows the file. As `replace_fops()` does, whose two counts of
                // a module are none here.
                unsafe { (*file).f_op = table.as_ptr() };
                return match table.0.open {
                    // SAFETY: The file has that table now; the caller promises the rest.
                    Some(open) => unsafe { open(inode, file) },
                    None => 0,
                };
            }
            Err(err) => return err.to_errno(),
        }
        if !T::PWRITE {
            // SAFETY: Nobody else knows the file.
            unsafe { (*file).f_mode &= !raw::proc2_FMODE_PWRITE };
        }
        if !T::HAS_OPEN {
            return 0;
        }
        from_result(|| {
            let data = T::open(i, f)?;
            if let Some(seq) = T::SEQ {
                // SAFETY: The file is being opened, and nothing is in `private_data` yet.
                unsafe { seq.open(file)? };
            }
            // SAFETY: Nobody else knows the file; a seq_file was made where there must be one.
            unsafe { *Self::word(file) = data.into_word() };
            Ok(0)
        })
    }

    /// `->read()`.
    ///
    /// # Safety
    ///
    /// `file` must be an open file with this table, and `pos` a position that is this call's alone.
    /// `buf` may be any address.
    unsafe extern "C" fn read(
        file: *mut raw::file,
        buf: *mut c_char,
        len: usize,
        pos: *mut raw::loff_t,
    ) -> isize {
        // SAFETY: The caller promises both; the file stays open during the call.
        let (data, file, pos) = unsafe { (Self::data(file), File::from_raw(file), &mut *pos) };
        from_result(|| T::read(data, file, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
    }

    /// `->read_iter()`.
    ///
    /// # Safety
    ///
    /// `iocb` must be of an open file with this table and, as `to` to write to, be this call's
    /// alone.
    unsafe extern "C" fn read_iter(iocb: *mut raw::kiocb, to: *mut raw::iov_iter) -> isize {
        // SAFETY: The caller promises both; the file stays open during the call.
        let (data, file, pos, to) = unsafe {
            let file = (*iocb).ki_filp;
            (
                Self::data(file),
                File::from_raw(file),
                &mut (*iocb).ki_pos,
                IovIterDest::from_raw(to),
            )
        };
        from_result(|| T::read_iter(data, file, to, pos).map(|n| n as isize))
    }

    /// `->write()`.
    ///
    /// # Safety
    ///
    /// As for [`Table::read`].
    unsafe extern "C" fn write(
        file: *mut raw::file,
        from: *const c_char,
        len: usize,
        pos: *mut raw::loff_t,
    ) -> isize {
        // SAFETY: The caller promises both; the file stays open during the call.
        let (data, file, pos) = unsafe { (Self::data(file), File::from_raw(file), &mut *pos) };
        from_result(|| T::write(data, file, &mut UserData::new(from, len), pos).map(|n| n as isize))
    }

    /// `->llseek()`.
    ///
    /// # Safety
    ///
    /// `file` must be an open file with this table.
    unsafe extern "C" fn llseek(
        file: *mut raw::file,
        offset: raw::loff_t,
        whence: c_int,
    ) -> raw::loff_t {
        let to = match whence as u32 {
            raw::SEEK_SET => SeekFrom::Start(offset),
            raw::SEEK_CUR => SeekFrom::Current(offset),
            _ => SeekFrom::Other,
        };
        // SAFETY: The caller promises the file. Its position is one word, which others may read and
        // write at any time: io_uring takes no position lock. So no reference leads to it.
        let (data, f, f_pos) = unsafe {
            (
                Self::data(file),
                File::from_raw(file),
                &raw mut (*file).f_pos,
            )
        };
        // SAFETY: As above.
        let before = unsafe { f_pos.read_volatile() };
        let mut pos = before;
        let result = T::llseek(data, f, &mut pos, to);
        if pos != before {
            // SAFETY: As above.
            unsafe { f_pos.write_volatile(pos) };
        }
        result.map_or_else(|err| err.to_errno().into(), |()| pos)
    }

    /// `->unlocked_ioctl()`.
    ///
    /// # Safety
    ///
    /// `file` must be an open file with this table.
    unsafe extern "C" fn ioctl(file: *mut raw::file, cmd: c_uint, arg: c_ulong) -> c_long {
        // SAFETY: The caller promises it; the file stays open during the call.
        let data = unsafe { Self::data(file) };
        from_result(|| T::ioctl(data, cmd, arg))
    }

    /// `->release()`.
    ///
    /// # Safety
    ///
    /// `file` must be an open file of `inode` with this table that nobody uses any more.
    unsafe extern "C" fn release(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
        // SAFETY: The caller promises the last use of the file. The word is read before the
        // seq_file that it is in goes.
        unsafe {
            let word = *Self::word(file);
            if let Some(seq) = T::SEQ {
                seq.release(inode, file);
            }
            T::Data::release(word);
        }
        0
    }
}
