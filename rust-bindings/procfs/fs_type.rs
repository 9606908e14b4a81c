// SPDX-License-Identifier: GPL-2.0

//! Filesystem types: their registration, and what the VFS asks of one.
//!
//! Locks: the VFS holds `fc->uapi_mutex` or owns the context alone in every call here, and
//! `s_umount` while it fills or reconfigures a superblock.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/fs_context.h`](srctree/include/linux/fs_context.h)

use crate::rust_bindings::{
    procfs::{
        fs_context::{
            Form,
            FsContext,
            Parameters,
            Value, //
        },
        inode_cache::InodeCache,
        super_ops::{
            kill_sb,
            NewSuperBlock,
            SuperOps, //
        }, //
    },
    raw,
    tasks::{
        ns,
        repeat::Clock, //
    },
    vfs::super_block::{
        NewInfo,
        SuperBlock, //
    }, //
};
use core::{
    mem::MaybeUninit,
    sync::atomic::{
        AtomicBool,
        Ordering, //
    }, //
};
use kernel::{
    error::{
        from_result,
        to_result, //
    },
    ffi::c_int,
    page::PAGE_SIZE,
    prelude::*,
    types::Opaque, //
};

/// A filesystem type whose instances are private: every mount gets a superblock of its own.
pub(crate) trait FileSystemType: 'static {
    /// The name for `mount -t`.
    const NAME: &'static CStr;
    /// The options.
    const PARAMETERS: Parameters;
    /// The superblock operations.
    const SUPER_OPS: &'static SuperOps;
    /// What a context collects until the superblock is made or changed.
    type Context: Send;

    /// Begins a context.
    fn begin(fc: &FsContext) -> Result<Self::Context>;

    /// Takes the option `name`, one of [`FileSystemType::PARAMETERS`].
    fn parse(
        context: &mut Self::Context,
        fc: &FsContext,
        name: &'static CStr,
        value: Value<'_>,
    ) -> Result;

    /// Says what a new instance is made with.
    fn new_info(context: &mut Self::Context, fc: &FsContext) -> Result<NewInfo>;

    /// Fills a new superblock.
    fn fill(sb: &NewSuperBlock<'_>) -> Result;

    /// Changes the options of a superblock.
    fn reconfigure(context: &Self::Context, fc: &FsContext, sb: &SuperBlock) -> Result;
}

/// The type as the VFS knows it. Static, because lockdep tells the locks of superblocks and inodes
/// apart by the addresses of keys that stand in it, and takes only addresses that no allocation
/// gets again.
struct Type {
    fs: Opaque<raw::file_system_type>,
    /// Whether a [`Registration`] has it.
    taken: AtomicBool,
}

// SAFETY: The VFS locks the list that the type is on; only the [`Registration`] that has taken the
// type writes it.
unsafe impl Sync for Type {}

static TYPE: Type = Type {
    fs: Opaque::uninit(),
    taken: AtomicBool::new(false),
};

/// The registration of a filesystem type, which ends when this is dropped. A module has one at a
/// time.
///
/// It can be dropped only when nothing of the type is mounted: each superblock holds a count of the
/// module.
///
/// Keeps the memory of inodes until then.
///
/// # Invariants
///
/// [`TYPE`] is taken by this registration, and registered.
pub(crate) struct Registration {
    // Both are dropped after the type is unregistered.
    _inodes: InodeCache,
    _clock: Clock,
}

impl Registration {
    /// Registers `T` for `module`, with a slab of this name for inodes.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `EBUSY` if the name is taken, or the module has a registration.
    pub(crate) fn new<T: FileSystemType>(
        module: &'static ThisModule,
        inode_cache: &'static CStr,
    ) -> Result<Self> {
        let inodes = InodeCache::new(inode_cache)?;
        let clock = Clock::new();
        if TYPE.taken.swap(true, Ordering::Acquire) {
            return Err(EBUSY);
        }
        let mut fs = pin_init::zeroed::<raw::file_system_type>();
        fs.name = T::NAME.as_char_ptr();
        fs.owner = module.as_ptr();
        fs.init_fs_context = Some(init_fs_context::<T>);
        fs.parameters = T::PARAMETERS.specs.cast();
        fs.kill_sb = Some(kill_sb);
        // The three flags of procfs: who may mount in a user namespace is decided there, and
        // permission events of fanotify could deadlock with opens that take `exec_update_lock`.
        fs.fs_flags = (mutant!("userns: FS_USERNS_MOUNT", raw::FS_USERNS_MOUNT => 0)
            | mutant!("userns: FS_USERNS_MOUNT_RESTRICTED", raw::FS_USERNS_MOUNT_RESTRICTED => 0)
            | raw::FS_DISALLOW_NOTIFY_PERM) as c_int;
        // SAFETY: Nobody else has the type, which is not registered yet; a static stays where it
        // is.
        let registered = to_result(unsafe {
            TYPE.fs.get().write(fs);
            raw::register_filesystem(TYPE.fs.get())
        });
        if let Err(err) = registered {
            TYPE.taken.store(false, Ordering::Release);
            return Err(err);
        }
        // INVARIANT: Both have just been done.
        Ok(Self {
            _inodes: inodes,
            _clock: clock,
        })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: By the type invariant. The function ends with a grace period, which RCU walkers
        // in our code are done after. `_inodes` then waits for our code that runs in RCU callbacks.
        unsafe { raw::unregister_filesystem(TYPE.fs.get()) };
        TYPE.taken.store(false, Ordering::Release);
    }
}

struct ContextOps(raw::fs_context_operations);

// SAFETY: The table is never written.
unsafe impl Sync for ContextOps {}

struct OpsOf<T>(core::marker::PhantomData<T>);

impl<T: FileSystemType> OpsOf<T> {
    const TABLE: &'static ContextOps = &ContextOps(raw::fs_context_operations {
        free: Some(free::<T>),
        parse_param: Some(parse_param::<T>),
        parse_monolithic: Some(parse_monolithic),
        get_tree: Some(get_tree::<T>),
        reconfigure: Some(reconfigure::<T>),
        ..pin_init::zeroed()
    });
}

/// The context's private data.
///
/// # Safety
///
/// `fc` must be a context that `init_fs_context::<T>` began, used by nobody else for `'a`.
unsafe fn private<'a, T: FileSystemType>(fc: *mut raw::fs_context) -> &'a mut T::Context {
    // SAFETY: The caller promises that `fs_private` is the box that `init_fs_context()` left.
    unsafe { &mut *(*fc).fs_private.cast::<T::Context>() }
}

/// `->init_fs_context()`.
///
/// # Safety
///
/// `fc` must be a new context of the type that [`Registration`] registered with `T`, which nobody
/// else knows yet.
unsafe extern "C" fn init_fs_context<T: FileSystemType>(
    fc: *mut kernel::bindings::fs_context,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises a new context.
        let context = T::begin(unsafe { FsContext::from_raw(fc) })?;
        let context = KBox::new(context, GFP_KERNEL)?;
        let fc: *mut raw::fs_context = fc.cast();
        // SAFETY: As above; `free()` takes the box back.
        unsafe {
            (*fc).fs_private = KBox::into_raw(context).cast();
            (*fc).ops = &OpsOf::<T>::TABLE.0;
        }
        Ok(0)
    })
}

/// `->free()`.
///
/// # Safety
///
/// `fc` must be a context that [`init_fs_context`] has filled for `T`, and be used by nobody any
/// more.
unsafe extern "C" fn free<T: FileSystemType>(fc: *mut raw::fs_context) {
    // SAFETY: The VFS is done with the context; `fs_private` is the box that `init_fs_context()`
    // left.
    drop(unsafe { KBox::from_raw((*fc).fs_private.cast::<T::Context>()) });
}

/// `->parse_param()`.
///
/// # Safety
///
/// `fc` must be a context that [`init_fs_context`] has filled for `T`, with its `uapi_mutex` held
/// or known to the caller alone; `param` must be valid, and the call's alone.
unsafe extern "C" fn parse_param<T: FileSystemType>(
    fc: *mut raw::fs_context,
    param: *mut raw::fs_parameter,
) -> c_int {
    from_result(|| {
        let mut result = MaybeUninit::<raw::fs_parse_result>::zeroed();
        // SAFETY: The caller promises a context of ours and a parameter, both for this call alone;
        // the table ends with an empty item.
        let option = unsafe {
            raw::__fs_parse(
                &raw mut (*fc).log,
                T::PARAMETERS.specs,
                param,
                result.as_mut_ptr(),
            )
        };
        let option = usize::try_from(option).map_err(|_| Error::from_errno(option))?;
        let (name, form) = *T::PARAMETERS.options.get(option).ok_or(EINVAL)?;
        // SAFETY: As above. `__fs_parse()` has checked that the value is of the form that its table
        // has for the option: by the invariant of `Parameters` that is `form`.
        let (context, fc, value) = unsafe {
            let text = || CStr::from_char_ptr((*param).__bindgen_anon_1.string).to_bytes();
            let value = match form {
                Form::String => Value::String(text()),
                Form::FileOrString => {
                    let name = match (*param).type_() {
                        raw::fs_value_type_fs_value_is_string => text(),
                        _ => b"the file descriptor",
                    };
                    Value::File(name, ns::FileParam(&mut *param))
                }
            };
            (private::<T>(fc), FsContext::from_raw(fc.cast()), value)
        };
        T::parse(context, fc, name, value).map(|()| 0)
    })
}

/// `->parse_monolithic()`: the options of the old mount call, which come in one page. What is
/// longer has been cut off without a word, and with it an option that would have hidden something.
///
/// # Safety
///
/// As for [`parse_param`]; `data` must be null or a C string of less than a page that is the call's
/// alone.
unsafe extern "C" fn parse_monolithic(
    fc: *mut raw::fs_context,
    data: *mut core::ffi::c_void,
) -> c_int {
    // SAFETY: The caller promises both.
    unsafe {
        let len = match data.is_null() {
            true => 0,
            false => CStr::from_char_ptr(data.cast()).count_bytes(),
        };
        if mutant!("policy: options that were cut off", len >= PAGE_SIZE - 1 => false) {
            FsContext::from_raw(fc.cast()).error(
                b"the options are as long as a page, and may have been cut off (use fsconfig(2))",
            );
            return EINVAL.to_errno();
        }
        raw::generic_parse_monolithic(fc.cast(), data)
    }
}

/// `->get_tree()`.
///
/// # Safety
///
/// `fc` must be a context that [`init_fs_context`] has filled for `T`, with its `uapi_mutex` held
/// or known to the caller alone.
unsafe extern "C" fn get_tree<T: FileSystemType>(fc: *mut raw::fs_context) -> c_int {
    // SAFETY: The caller promises a context of ours.
    unsafe { raw::get_tree_nodev(fc.cast(), Some(fill_super::<T>)) }
}

/// The fill function of `get_tree_nodev()`.
///
/// # Safety
///
/// `sb` must be a new superblock with `s_umount` held for writing that `get_tree_nodev()` made for
/// `fc`, a context as for [`get_tree`].
unsafe extern "C" fn fill_super<T: FileSystemType>(
    sb: *mut raw::super_block,
    fc: *mut raw::fs_context,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises a context of ours and a new superblock, both for this call
        // alone.
        let sb = unsafe {
            let info = T::new_info(private::<T>(fc), FsContext::from_raw(fc.cast()))?;
            NewSuperBlock::new(sb, info, T::SUPER_OPS)?
        };
        T::fill(&sb).map(|()| 0)
    })
}

/// `->reconfigure()`.
///
/// # Safety
///
/// As for [`get_tree`]; `fc` must have for its root a dentry of a live superblock of this module,
/// with `s_umount` held for writing.
unsafe extern "C" fn reconfigure<T: FileSystemType>(fc: *mut raw::fs_context) -> c_int {
    // SAFETY: The caller promises a context of ours whose root is on a superblock of ours, with
    // `s_umount` held.
    from_result(|| unsafe {
        let sb = (*(*fc).root).d_sb;
        raw::sync_filesystem(sb);
        T::reconfigure(
            private::<T>(fc),
            FsContext::from_raw(fc.cast()),
            SuperBlock::from_raw(sb),
        )
        .map(|()| 0)
    })
}
