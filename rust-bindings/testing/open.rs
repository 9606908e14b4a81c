// SPDX-License-Identifier: GPL-2.0

//! Files and directories opened for a test.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use core::ptr::NonNull;
use kernel::{
    bindings,
    error::{
        from_err_ptr,
        to_result, //
    },
    fmt,
    prelude::*,
    str::CString, //
};

/// Flags of [`super::mount::Mount::open`]: only find it, as stat(2) does.
pub(crate) const FIND: u32 = bindings::O_PATH;

/// Flags of [`super::mount::Mount::open`]: open for reading.
pub(crate) const READ: u32 = bindings::O_RDONLY;

/// With [`FIND`]: a link itself, not what it leads to.
pub(crate) const NOFOLLOW: u32 = bindings::O_NOFOLLOW;

/// An open file.
///
/// # Invariants
///
/// The pointer owns one count of a live file.
pub(crate) struct OpenFile(NonNull<bindings::file>);

/// What stat(2) says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    /// File type and permissions.
    pub(crate) mode: u16,
    /// The inode number.
    pub(crate) ino: u64,
    /// The number of links.
    pub(crate) nlink: u32,
    /// The owner, as the initial user namespace numbers users.
    pub(crate) uid: u32,
}

/// An entry of a directory.
pub(crate) struct Entry {
    /// The name.
    pub(crate) name: KVec<u8>,
    /// The inode number.
    pub(crate) ino: u64,
    /// The file type, as the highest four bits of a mode hold it.
    pub(crate) kind: u16,
}

impl OpenFile {
    fn path(&self) -> *const bindings::path {
        // SAFETY: By the type invariant.
        unsafe { &raw const (*self.0.as_ptr()).__bindgen_anon_1.f_path }
    }

    /// Opens what stands at `path`, seen from this directory, with these flags of open(2).
    pub(crate) fn open(&self, path: fmt::Arguments<'_>, flags: u32) -> Result<Self> {
        // SAFETY: By the type invariant; an open file's path stays as it is.
        unsafe { open_at(self.path(), path, flags) }
    }

    /// What stat(2) says of it.
    pub(crate) fn stat(&self) -> Result<Stat> {
        let mut stat = bindings::kstat::default();
        let want = bindings::STATX_BASIC_STATS;
        // SAFETY: By the type invariant; an open file's path stays as it is.
        to_result(unsafe {
            bindings::vfs_getattr(
                self.path(),
                &mut stat,
                want,
                bindings::AT_STATX_SYNC_AS_STAT,
            )
        })?;
        Ok(Stat {
            mode: stat.mode,
            ino: stat.ino,
            nlink: stat.nlink,
            uid: stat.uid.val,
        })
    }

    /// Reads the directory from where it stands to its end.
    pub(crate) fn list(&self) -> Result<KVec<Entry>> {
        let mut listing = Listing {
            ctx: bindings::dir_context {
                actor: Some(Listing::add),
                count: c_int::MAX,
                ..Default::default()
            },
            entries: KVec::new(),
            result: Ok(()),
        };
        // SAFETY: By the type invariant, and the context lives until the call returns.
        to_result(unsafe { bindings::iterate_dir(self.0.as_ptr(), &raw mut listing.ctx) })?;
        listing.result?;
        Ok(listing.entries)
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        // At once: fput() leaves the files of a kernel thread to a worker, and the mount would
        // still be busy when the test unmounts it.
        // SAFETY: By the type invariant, the count is ours to give back.
        unsafe { bindings::__fput_sync(self.0.as_ptr()) };
    }
}

/// Opens what stands at `path`, seen from `root`, which it cannot leave.
///
/// # Safety
///
/// `root` is the path of a live dentry on a live mount.
pub(super) unsafe fn open_at(
    root: *const bindings::path,
    path: fmt::Arguments<'_>,
    flags: u32,
) -> Result<OpenFile> {
    let path = CString::try_from_fmt(path)?;
    // SAFETY: By the safety requirement, and the path is a C string.
    let file = unsafe { bindings::file_open_root(root, path.as_char_ptr(), flags as c_int, 0) };
    // INVARIANT: The file has just been opened for us.
    Ok(OpenFile(NonNull::new(from_err_ptr(file)?).ok_or(EINVAL)?))
}

/// A listing under way. The kernel hands its first field back to [`Listing::add`].
#[repr(C)]
struct Listing {
    ctx: bindings::dir_context,
    entries: KVec<Entry>,
    result: Result,
}

impl Listing {
    /// The `actor` of the context: takes an entry, and says whether there shall be more.
    ///
    /// # Safety
    ///
    /// `ctx` is the first field of a `Listing` that nothing else uses meanwhile, and `name` is `len`
    /// bytes long.
    unsafe extern "C" fn add(
        ctx: *mut bindings::dir_context,
        name: *const c_char,
        len: c_int,
        _offset: bindings::loff_t,
        ino: u64,
        kind: c_uint,
    ) -> bool {
        // SAFETY: By the safety requirements, which `OpenFile::list` and iterate_dir() keep.
        let listing = unsafe { &mut *ctx.cast::<Self>() };
        // SAFETY: By the safety requirements.
        let name = unsafe { core::slice::from_raw_parts(name.cast::<u8>(), len as usize) };
        listing.result = listing.push(name, ino, kind);
        listing.result.is_ok()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test lists its own directories"
    )]
    fn push(&mut self, name: &[u8], ino: u64, kind: c_uint) -> Result {
        let mut copy = KVec::new();
        copy.extend_from_slice(name, GFP_KERNEL)?;
        let entry = Entry {
            name: copy,
            ino,
            kind: kind as u16,
        };
        self.entries.push(entry, GFP_KERNEL)?;
        Ok(())
    }
}
