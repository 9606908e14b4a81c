// SPDX-License-Identifier: GPL-2.0

//! Inode operations.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h), `struct inode_operations`

use crate::rust_bindings::{
    credentials::cred::{
        Kgid,
        Kuid, //
    },
    raw,
    vfs::{
        dentry::{
            Found,
            Lookup, //
        },
        inode::Inode,
        link::{
            LinkBuffer,
            LinkTarget, //
        }, //
    }, //
};
use kernel::{
    error::{
        from_result,
        VTABLE_DEFAULT_ERROR, //
    },
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*,
    task::Task, //
};

/// What `->permission()` is asked for: `MAY_READ` and so on.
#[derive(Clone, Copy)]
pub(crate) struct Mask(c_int);

impl Mask {
    /// Whether searching a directory or executing a file is asked for.
    pub(crate) fn exec(self) -> bool {
        self.0 & raw::MAY_EXEC as c_int != 0
    }

    /// The bits, for [`Inode::generic_permission`].
    pub(crate) fn bits(self) -> i32 {
        self.0
    }
}

/// `->permission()`.
pub(in crate::rust_bindings) type Permission =
    unsafe extern "C" fn(*mut raw::mnt_idmap, *mut raw::inode, c_int) -> c_int;

/// `->getattr()`.
pub(in crate::rust_bindings) type GetAttr =
    unsafe extern "C" fn(*mut raw::mnt_idmap, *const raw::path, *mut raw::kstat, u32, u32) -> c_int;

/// What stat is to show, filled in from the inode already.
#[repr(transparent)]
pub(crate) struct Kstat(raw::kstat);

impl Kstat {
    /// Sets the owner.
    pub(crate) fn set_owner(&mut self, (uid, gid): (Kuid, Kgid)) {
        self.0.uid = uid.0;
        self.0.gid = gid.0;
    }

    /// Sets the owner that entries of `mode` have for `task` (`task_dump_owner()`). Does not sleep.
    pub(crate) fn set_owner_by(&mut self, task: &Task, mode: u16) {
        // SAFETY: The task is valid, and both fields are ours.
        unsafe {
            raw::task_dump_owner(task.as_ptr(), mode, &mut self.0.uid, &mut self.0.gid);
        }
    }

    /// Sets the size.
    pub(crate) fn set_size(&mut self, size: u64) {
        self.0.size = size as i64;
    }

    /// Sets the number of links.
    pub(crate) fn set_nlink(&mut self, nlink: u32) {
        self.0.nlink = nlink;
    }

    /// Adds to the number of links.
    pub(crate) fn add_nlink(&mut self, more: u32) {
        self.0.nlink = self.0.nlink.wrapping_add(more);
    }
}

/// How the attributes of an inode are set.
#[derive(Clone, Copy)]
pub(crate) enum SetAttr {
    /// As procfs sets those of a task's entries: the mode is fixed.
    ByProc,
    /// As the VFS does by default.
    Default,
    /// For an entry that others see on superblocks of their own: mode and owner are fixed.
    Shared,
}

/// The operations of one kind of inode.
#[vtable]
pub(crate) trait InodeOperations {
    /// How attributes are set.
    const SETATTR: SetAttr = SetAttr::ByProc;

    /// Looks a name up in a directory.
    fn lookup(_dir: &Inode, _dentry: Lookup<'_>) -> Result<Found> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Completes `stat`, which holds the inode's own attributes.
    fn getattr(_inode: &Inode, _stat: &mut Kstat) -> Result {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Decides on an access, in each system call. Called in RCU walk too: must not sleep.
    fn permission(_inode: &Inode, _mask: Mask) -> Result {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Says where a link leads. With `may_sleep` false the call is in RCU walk; `ECHILD` asks to be
    /// called again outside.
    fn get_link(_inode: &Inode, _may_sleep: bool) -> Result<LinkTarget> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Writes what `readlink()` shows, and returns its length.
    fn readlink(_inode: &Inode, _buffer: &mut LinkBuffer) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A table of inode operations.
#[repr(transparent)]
pub(crate) struct InodeOps(raw::inode_operations);

// SAFETY: The table is never written.
unsafe impl Sync for InodeOps {}

impl InodeOps {
    /// The table for `T`.
    pub(crate) const fn of<T: InodeOperations>() -> Self {
        Self(raw::inode_operations {
            lookup: if T::HAS_LOOKUP {
                Some(lookup::<T>)
            } else {
                None
            },
            getattr: if T::HAS_GETATTR {
                Some(getattr::<T>)
            } else {
                None
            },
            permission: if T::HAS_PERMISSION {
                Some(permission::<T>)
            } else {
                None
            },
            get_link: if T::HAS_GET_LINK {
                Some(get_link::<T>)
            } else {
                None
            },
            readlink: if T::HAS_READLINK {
                Some(readlink::<T>)
            } else {
                None
            },
            setattr: match T::SETATTR {
                SetAttr::ByProc => Some(setattr_without::<{ raw::ATTR_MODE }>),
                SetAttr::Default => None,
                SetAttr::Shared => {
                    Some(setattr_without::<{ raw::ATTR_MODE | raw::ATTR_UID | raw::ATTR_GID }>)
                }
            },
            ..pin_init::zeroed()
        })
    }

    /// The same table with a function that decides on an access.
    pub(in crate::rust_bindings) const fn with_permission(
        mut self,
        permission: Permission,
    ) -> Self {
        self.0.permission = Some(permission);
        self
    }

    /// The same table with another way to complete stat, if there is one.
    pub(in crate::rust_bindings) const fn with_getattr(mut self, getattr: Option<GetAttr>) -> Self {
        if getattr.is_some() {
            self.0.getattr = getattr;
        }
        self
    }

    pub(in crate::rust_bindings) fn as_ptr(&'static self) -> *const raw::inode_operations {
        &self.0
    }
}

/// `->lookup()`.
///
/// # Safety
///
/// `dir` must be a live inode with this table, locked at least for reading, and `dentry` a negative
/// one below it that is in lookup.
unsafe extern "C" fn lookup<T: InodeOperations>(
    dir: *mut raw::inode,
    dentry: *mut raw::dentry,
    _flags: u32,
) -> *mut raw::dentry {
    // SAFETY: The caller promises a directory of ours and a dentry in lookup, both valid for this
    // call.
    let (dir, dentry) = unsafe { (Inode::from_raw(dir), Lookup::from_raw(dentry)) };
    match T::lookup(dir, dentry) {
        Ok(found) => found.0,
        Err(err) => err.to_ptr(),
    }
}

/// `->getattr()`.
///
/// # Safety
///
/// `path` must be valid and lead to a live inode with this table, and `stat` be the call's alone.
unsafe extern "C" fn getattr<T: InodeOperations>(
    _idmap: *mut raw::mnt_idmap,
    path: *const raw::path,
    stat: *mut raw::kstat,
    request_mask: u32,
    _query_flags: u32,
) -> c_int {
    // SAFETY: The caller promises a path to an inode of ours, and a `kstat` for this call alone;
    // `Kstat` is transparent.
    let (inode, stat) = unsafe {
        let inode = (*(*path).dentry).d_inode;
        raw::generic_fillattr(&raw mut raw::nop_mnt_idmap, request_mask, inode, stat);
        (Inode::from_raw(inode), &mut *stat.cast::<Kstat>())
    };
    from_result(|| T::getattr(inode, stat).map(|()| 0))
}

/// `->permission()`.
///
/// # Safety
///
/// `inode` must be one with this table, live or, with `MAY_NOT_BLOCK` in `mask`, kept by the RCU
/// read lock.
unsafe extern "C" fn permission<T: InodeOperations>(
    _idmap: *mut raw::mnt_idmap,
    inode: *mut raw::inode,
    mask: c_int,
) -> c_int {
    // SAFETY: The caller promises an inode of ours, valid for this call.
    let inode = unsafe { Inode::from_raw(inode) };
    from_result(|| T::permission(inode, Mask(mask)).map(|()| 0))
}

/// `->get_link()`.
///
/// # Safety
///
/// `inode` must be one with this table, live or, with a `dentry` that is null, kept by the RCU read
/// lock; `done` must be the call's alone, and be called once nobody reads the text any more.
unsafe extern "C" fn get_link<T: InodeOperations>(
    dentry: *mut raw::dentry,
    inode: *mut raw::inode,
    done: *mut raw::delayed_call,
) -> *const c_char {
    // SAFETY: The caller promises an inode of ours, valid for this call.
    let inode = unsafe { Inode::from_raw(inode) };
    match T::get_link(inode, !dentry.is_null()) {
        // SAFETY: `done` is the VFS's, for this call.
        Ok(target) => unsafe { target.follow(done) },
        Err(err) => err.to_ptr::<c_char>().cast_const(),
    }
}

/// `->readlink()`.
///
/// # Safety
///
/// `dentry` must be valid and lead to a live inode with this table. `buffer` may be any address.
unsafe extern "C" fn readlink<T: InodeOperations>(
    dentry: *mut raw::dentry,
    buffer: *mut c_char,
    len: c_int,
) -> c_int {
    // SAFETY: The caller promises a dentry of ours with an inode.
    let inode = unsafe { Inode::from_raw((*dentry).d_inode) };
    let mut buffer = LinkBuffer::new(buffer, len);
    from_result(|| T::readlink(inode, &mut buffer).map(|n| n as c_int))
}

/// `proc_nochmod_setattr()`: what is not `FIXED` may be set, as far as the VFS lets it.
///
/// # Safety
///
/// `dentry` must be valid and lead to a live inode with this table, locked for writing; `attr` must
/// be the call's alone.
unsafe extern "C" fn setattr_without<const FIXED: u32>(
    _idmap: *mut raw::mnt_idmap,
    dentry: *mut raw::dentry,
    attr: *mut raw::iattr,
) -> c_int {
    // SAFETY: The caller promises a dentry of ours with an inode, whose lock it holds, and an
    // `iattr` for this call.
    unsafe {
        if (*attr).ia_valid & FIXED != 0 {
            return EPERM.to_errno();
        }
        let idmap = &raw mut raw::nop_mnt_idmap;
        let err = raw::setattr_prepare(idmap, dentry, attr);
        if err != 0 {
            return err;
        }
        raw::setattr_copy(idmap, (*dentry).d_inode, attr);
    }
    0
}

/// Operations of an entry that is a plain file: nothing but the fixed mode.
pub(crate) struct PlainFile;

#[vtable]
impl InodeOperations for PlainFile {}
