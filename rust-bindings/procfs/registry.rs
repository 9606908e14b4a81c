// SPDX-License-Identifier: GPL-2.0

//! The kernel's registry of entries that are not tasks: `meminfo`, `sys/`, `net/`, and what drivers
//! register.
//!
//! Its own lookup and directory functions make inodes on whatever superblock they are asked on;
//! below the root they run by themselves, but for instances that show only some of them. Locks:
//! each takes `proc_subdir_lock` for reading and drops it before it emits an entry.
//!
//! C source: [`fs/proc/generic.c`](srctree/fs/proc/generic.c),
//! [`fs/proc/proc_net.c`](srctree/fs/proc/proc_net.c)

use crate::rust_bindings::{
    procfs::filter::{
        self,
        Listed,
        Place, //
    },
    raw,
    vfs::{
        dentry::{
            Found,
            Lookup, //
        },
        dir::DirEmitter,
        inode::Inode,
        inode_ops::{
            GetAttr,
            SetAttr, //
        }, //
    }, //
};
use kernel::{
    error::from_err_ptr,
    ffi::c_int,
    prelude::*, //
};

/// A kind of directory whose children the kernel's own code finds and lists.
pub(in crate::rust_bindings) trait Source: 'static {
    /// Whether the numbers of the children's inodes are not the kernel's.
    const IS_SYS: bool = false;

    /// The path of a directory of the kind, as far as views go by it: none of the root's, and the
    /// name of a directory in it.
    fn view_path(_dir: &Inode) -> Option<Option<&[u8]>> {
        None
    }

    /// How attributes of a directory of the kind are set.
    const SETATTR: SetAttr = SetAttr::Shared;
    /// What completes stat for the directory and its files; by default nothing does.
    const GETATTR: Option<GetAttr> = None;

    /// Looks a name up.
    ///
    /// # Safety
    ///
    /// `dir` must be a directory of the kind, and `dentry` one without an inode that is in lookup
    /// or known to the caller alone; both on a superblock whose inodes embed `struct proc_inode`
    /// and which has no default dentry operations.
    unsafe fn lookup(dir: *mut raw::inode, dentry: *mut raw::dentry) -> *mut raw::dentry;

    /// Emits entries from the reader's position on.
    ///
    /// # Safety
    ///
    /// `file` must be open on a directory of the kind, and `ctx` valid, for the time of the call.
    unsafe fn iterate(file: *mut raw::file, ctx: *mut raw::dir_context) -> c_int;

    /// Emits entries from `place` on, without those that `number` gives no inode number, as
    /// [`filter::list`] does. Returns where it goes on.
    ///
    /// # Errors
    ///
    /// Those of the kernel's function.
    ///
    /// # Safety
    ///
    /// The emitter must read a directory of the kind.
    unsafe fn list(
        emitter: &mut DirEmitter<'_>,
        place: Place,
        number: impl Fn(Listed<'_>) -> Option<u64>,
    ) -> Result<Place> {
        // SAFETY: What the filter gives is valid for the call, and of the kind, as the caller
        // promises.
        let listed =
            unsafe { filter::list(emitter, place, number, |file, ctx| Self::iterate(file, ctx)) };
        listed.map(|(_, place)| place)
    }

    /// `->permission()` of a directory of the kind, and of a file in it. Does not sleep.
    ///
    /// # Safety
    ///
    /// `inode` must be a directory of the kind, or what the kernel's code has found in one, live
    /// or, with `MAY_NOT_BLOCK` in `mask`, kept by the RCU read lock.
    #[inline]
    unsafe fn permission(idmap: *mut raw::mnt_idmap, inode: *mut raw::inode, mask: c_int) -> c_int {
        // SAFETY: The caller promises the inode.
        unsafe { raw::generic_permission(idmap, inode, mask) }
    }
}

/// The root directory.
pub(in crate::rust_bindings) enum Root {}

impl Source for Root {
    fn view_path(_dir: &Inode) -> Option<Option<&[u8]>> {
        Some(None)
    }

    unsafe fn lookup(dir: *mut raw::inode, dentry: *mut raw::dentry) -> *mut raw::dentry {
        // SAFETY: The caller promises it; `proc_root` is the registry's root, a static of the
        // kernel.
        unsafe { raw::proc_lookup_de(dir, dentry, &raw mut raw::proc_root) }
    }

    unsafe fn iterate(file: *mut raw::file, ctx: *mut raw::dir_context) -> c_int {
        // SAFETY: As above.
        unsafe { raw::proc_readdir_de(file, ctx, &raw mut raw::proc_root) }
    }
}

/// A directory that is registered, but for [`Root`], `net` and `sys`. Not by the operations that it
/// has in procfs, which show nothing in an instance with `subset=`.
pub(in crate::rust_bindings) enum Entries {}

impl Source for Entries {
    fn view_path(dir: &Inode) -> Option<Option<&[u8]>> {
        root_name(dir).map(Some)
    }

    unsafe fn lookup(dir: *mut raw::inode, dentry: *mut raw::dentry) -> *mut raw::dentry {
        // SAFETY: The caller promises it; the inode of a registered directory has its entry.
        unsafe {
            let entry = (*Inode::from_raw(dir).proc_inode()).pde;
            raw::proc_lookup_de(dir, dentry, entry)
        }
    }

    unsafe fn iterate(file: *mut raw::file, ctx: *mut raw::dir_context) -> c_int {
        // SAFETY: As above.
        unsafe {
            let entry = (*Inode::from_raw((*file).f_inode).proc_inode()).pde;
            raw::proc_readdir_de(file, ctx, entry)
        }
    }
}

/// The `net` of a task: the network namespace that the task is in, as far as the mounter may see
/// it.
#[cfg(CONFIG_NET)]
pub(in crate::rust_bindings) enum Net {}

#[cfg(CONFIG_NET)]
impl Source for Net {
    // The directory is a task's; what is in it is shared.
    const SETATTR: SetAttr = SetAttr::ByProc;

    unsafe fn lookup(dir: *mut raw::inode, dentry: *mut raw::dentry) -> *mut raw::dentry {
        // SAFETY: The caller promises it; the table is a constant of the kernel.
        match unsafe { raw::proc_net_inode_operations.lookup } {
            // SAFETY: As above.
            Some(lookup) => unsafe { lookup(dir, dentry, 0) },
            None => ENOENT.to_ptr(),
        }
    }

    unsafe fn iterate(file: *mut raw::file, ctx: *mut raw::dir_context) -> c_int {
        // SAFETY: The caller promises it; the table is a constant of the kernel.
        match unsafe { raw::proc_net_operations.iterate_shared } {
            // SAFETY: As above.
            Some(iterate) => unsafe { iterate(file, ctx) },
            None => ENOENT.to_errno(),
        }
    }
}

/// Looks a name up among the registry's entries at the root.
///
/// # Errors
///
/// `ENOENT`, `ENOMEM`.
pub(crate) fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
    // SAFETY: Both are valid and on a superblock whose inodes embed `struct proc_inode` and which
    // has no default dentry operations.
    from_err_ptr(unsafe { Root::lookup(dir.as_ptr(), dentry.as_ptr()) }).map(Found)
}

/// Emits the registry's entries at the root from `place` on, without those that `number` gives no
/// inode number, as [`filter::list`] does. Returns where it goes on, and false with it if the
/// reader takes no more.
///
/// # Errors
///
/// Those of `proc_readdir_de()`.
pub(crate) fn list_root(
    emitter: &mut DirEmitter<'_>,
    place: Place,
    number: impl Fn(Listed<'_>) -> Option<u64>,
) -> Result<(bool, Place)> {
    // SAFETY: What the filter gives is valid for the call. The root's function looks at nothing of
    // the directory.
    let listed =
        unsafe { filter::list(emitter, place, number, |file, ctx| Root::iterate(file, ctx)) };
    listed.map(|(res, place)| (res > 0, place))
}

/// The name of what is registered in the root itself; `None` for anything else.
pub(crate) fn root_name(inode: &Inode) -> Option<&[u8]> {
    // SAFETY: An inode keeps its entry, whose name and place never change.
    unsafe {
        let entry = (*inode.proc_inode()).pde;
        let top = !entry.is_null() && (*entry).parent == &raw mut raw::proc_root;
        top.then(|| {
            let len = usize::from((*entry).namelen);
            core::slice::from_raw_parts((*entry).name.cast::<u8>(), len)
        })
    }
}

/// The number of links that the registry's root counts, tasks not included.
pub(crate) fn nlink() -> u32 {
    // SAFETY: One word of a static of the kernel, read in one load as `proc_root_getattr()` reads
    // it.
    unsafe { (&raw const raw::proc_root.nlink).read_volatile() }
}

/// The number of processes of the system.
pub(crate) fn nr_processes() -> u32 {
    // SAFETY: The function has no precondition.
    unsafe { raw::nr_processes() as u32 }
}
