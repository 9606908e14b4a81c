// SPDX-License-Identifier: GPL-2.0

//! The id maps of user namespaces.
//!
//! The functions of `kernel/user_namespace.c` that set them want a seq_file whose `private` is the namespace, and decide by the
//! file's credentials who may. So a file that is open for writing has a seq_file, and the functions that show them too; who only
//! reads pays for neither.
//!
//! Locks: none. A map is written once, its length last; who sees the length sees the map, which then never changes.
//!
//! C header: [`include/linux/user_namespace.h`](srctree/include/linux/user_namespace.h)

use crate::rust_bindings::{
    credentials::cred::UserNamespace,
    procfs::record,
    raw,
    vfs::{
        file::{
            File,
            FileOps, //
        },
        inode::Inode,
        user::UserBuf, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr::{
        self,
        NonNull, //
    },
    sync::atomic::{
        AtomicU32,
        Ordering, //
    }, //
};
use kernel::{
    error::{
        from_result,
        to_result, //
    },
    ffi::{
        c_char,
        c_int,
        c_void, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// A kind of ids that a user namespace maps.
#[derive(Clone, Copy)]
pub(crate) enum Ids {
    /// Users.
    Uid,
    /// Groups.
    Gid,
    /// Projects of disk quotas.
    Projid,
}

/// A range of ids of a namespace: the first, what another namespace calls it, and how many there are.
pub(crate) type Extent = (u32, u32, u32);

/// The extents of `ns` in their order, from the one at `from` on, as who reads them in the namespace `reader` numbers them: its own by
/// the numbers of its parent.
pub(crate) fn extents<'a>(
    ns: &'a UserNamespace,
    ids: Ids,
    reader: &UserNamespace,
    from: usize,
) -> impl Iterator<Item = Extent> + 'a {
    let raw = ns.as_ptr();
    // SAFETY: The namespace is valid. The length is loaded before what it is the length of, as `m_start()` does; the extents that
    // it counts stand in the map or, if they are too many, in memory that lives as long as the namespace.
    let (map, len, lower) = unsafe {
        let map = match ids {
            Ids::Uid => &raw mut (*raw).uid_map,
            Ids::Gid => &raw mut (*raw).gid_map,
            Ids::Projid => &raw mut (*raw).projid_map,
        };
        let near = &raw mut (*map).__bindgen_anon_1.__bindgen_anon_1;
        let len = AtomicU32::from_ptr(&raw mut (*near).nr_extents).load(Ordering::Acquire);
        let first: *const raw::uid_gid_extent = if len <= raw::UID_GID_MAP_MAX_BASE_EXTENTS {
            (&raw const (*near).extent).cast()
        } else {
            (*map).__bindgen_anon_1.__bindgen_anon_2.forward
        };
        let parent = (*raw).parent;
        let own = ptr::eq(reader.as_ptr(), raw) && !parent.is_null();
        (
            first,
            len as usize,
            if own { parent } else { reader.as_ptr() },
        )
    };
    (from..len).map(move |at| {
        // SAFETY: As above; `at` is below the length. Both namespaces are valid: one pins its parent, and `ns` is borrowed.
        unsafe {
            let extent = map.add(at).read();
            let first = extent.lower_first;
            let called = match ids {
                Ids::Uid => raw::from_kuid(lower, raw::kuid_t { val: first }),
                Ids::Gid => raw::from_kgid(lower, raw::kgid_t { val: first }),
                Ids::Projid => raw::from_kprojid(lower, raw::kprojid_t { val: first }),
            };
            (extent.first, called, extent.count)
        }
    })
}

/// A file about a user namespace.
pub(crate) trait Subject: 'static {
    /// Finds the namespace when the file is opened, and decides whether it may be opened at all; `writable` says whether for writing.
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>>;
}

/// A file that shows a map of ids.
pub(crate) trait IdMap: Subject {
    /// The ids.
    const IDS: Ids;

    /// Reads the lines of `ns` from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(file: &File, ns: &UserNamespace, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

impl FileOps {
    /// A map of ids, shaped like `proc_uid_map_operations`.
    pub(crate) const fn id_map<T: IdMap>() -> Self {
        Self(raw::file_operations {
            open: Some(open_map::<T>),
            read: Some(read_map::<T>),
            llseek: Some(raw::no_seek_end_llseek),
            release: Some(release_map),
            ..pin_init::zeroed()
        })
    }
}

/// The table of a map that is open for writing.
struct Writable<T>(PhantomData<T>);

impl<T: IdMap> Writable<T> {
    const OPS: &'static FileOps = &FileOps(raw::file_operations {
        read: Some(raw::seq_read),
        write: Some(match T::IDS {
            Ids::Uid => raw::proc_uid_map_write,
            Ids::Gid => raw::proc_gid_map_write,
            Ids::Projid => raw::proc_projid_map_write,
        }),
        llseek: Some(raw::seq_lseek),
        release: Some(release_seq_map),
        ..pin_init::zeroed()
    });
}

/// `->open()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`FileOps::id_map`] made.
unsafe extern "C" fn open_map<T: IdMap>(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes both, and nobody else knows the file yet. The tables are constants of the kernel, and one of this
    // module's: the file's own until now has a function for opening alone that the other lacks.
    unsafe {
        if File::from_raw(file).is_writable() {
            let table = match T::IDS {
                Ids::Uid => &raw const raw::proc_uid_seq_operations,
                Ids::Gid => &raw const raw::proc_gid_seq_operations,
                Ids::Projid => &raw const raw::proc_projid_seq_operations,
            };
            (*file).f_op = Writable::<T>::OPS.as_ptr();
            return open_seq::<T>(inode, file, |file| raw::seq_open(file, table));
        }
        from_result(|| {
            let ns = T::open(Inode::from_raw(inode), false)?;
            (*file).private_data = ARef::into_raw(ns).as_ptr().cast();
            record::open(inode, file);
            Ok(0)
        })
    }
}

/// `->read()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`FileOps::id_map`] made.
unsafe extern "C" fn read_map<T: IdMap>(
    file: *mut raw::file,
    buf: *mut c_char,
    len: usize,
    pos: *mut raw::loff_t,
) -> isize {
    // SAFETY: The VFS passes an open file of ours, in which `open_map()` left the namespace with a count, and a position for this
    // call alone.
    let (file, ns, pos) = unsafe {
        (
            File::from_raw(file),
            UserNamespace::from_raw((*file).private_data.cast()),
            &mut *pos,
        )
    };
    from_result(|| T::read(file, ns, &mut UserBuf::new(buf, len), pos).map(|n| n as isize))
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`FileOps::id_map`] made.
unsafe extern "C" fn release_map(_inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more; the count that `open_map()` left is handed over.
    unsafe { put((*file).private_data) };
    0
}

/// Opens with a namespace: `start` makes the seq_file, whose `private` then holds the count.
///
/// # Safety
///
/// `inode` and `file` must be what the VFS passed to `->open()` for an inode of this module.
pub(in crate::rust_bindings) unsafe fn open_seq<T: Subject>(
    inode: *mut raw::inode,
    file: *mut raw::file,
    start: impl FnOnce(*mut raw::file) -> c_int,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises it.
        let (inode, f) = unsafe { (Inode::from_raw(inode), File::from_raw(file)) };
        let ns = T::open(inode, f.is_writable())?;
        to_result(start(file))?;
        // SAFETY: `start` left a seq_file in the file; the release gives the count back.
        unsafe {
            (*(*file).private_data.cast::<raw::seq_file>()).private =
                ARef::into_raw(ns).as_ptr().cast();
        }
        Ok(0)
    })
}

/// Gives a namespace back.
///
/// # Safety
///
/// `ns` must be null or come from [`ARef::into_raw`], and be used once.
unsafe fn put(ns: *mut c_void) {
    if let Some(ns) = NonNull::new(ns.cast::<UserNamespace>()) {
        // SAFETY: The count is handed over.
        drop(unsafe { ARef::from_raw(ns) });
    }
}

/// Gives back the namespace that an open left in the seq_file, after `end` is done with the file.
///
/// # Safety
///
/// `file` must be one that [`open_seq`] opened, and be used by nobody else any more.
pub(in crate::rust_bindings) unsafe fn close(
    file: *mut raw::file,
    end: impl FnOnce() -> c_int,
) -> c_int {
    // SAFETY: The caller promises it.
    let ns = unsafe { (*(*file).private_data.cast::<raw::seq_file>()).private };
    let result = end();
    // SAFETY: As above.
    unsafe { put(ns) };
    result
}

/// `->release()`.
///
/// # Safety
///
/// For the VFS alone, which passes what that slot is promised, for a file whose table [`Writable`] holds.
unsafe extern "C" fn release_seq_map(inode: *mut raw::inode, file: *mut raw::file) -> c_int {
    // SAFETY: The VFS passes an open file of ours that nobody uses any more.
    unsafe { close(file, || raw::seq_release(inode, file)) }
}
