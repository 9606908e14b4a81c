// SPDX-License-Identifier: GPL-2.0

//! Address spaces: who may see one, and its figures.
//!
//! Locks: [`Mm`] and [`MmWithUser`] are those of the kernel crate (memory kept, users kept).
//! `mm_access()` takes and drops `exec_update_lock`; [`Bounds::of`] takes and drops `mm->arg_lock`,
//! a leaf; [`with_locked`] holds `task_lock()`.
//!
//! C headers: [`include/linux/mm.h`](srctree/include/linux/mm.h),
//! [`include/linux/sched/mm.h`](srctree/include/linux/sched/mm.h)

use crate::rust_bindings::{
    memory::mm_figures::fields,
    raw,
    tasks::{
        files::TaskLock,
        task::Ptrace, //
    },
    vfs::user::UserBuf, //
};
use core::ptr::NonNull;
use kernel::{
    error::from_err_ptr,
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

pub(crate) use crate::rust_bindings::memory::{
    mm_figures::{
        swapped,
        Addresses,
        Bounds,
        Extent,
        Figures,
        Resident,
        Sizes, //
    },
    remote::{
        access,
        read_anonymous,
        Direction, //
    }, //
};

/// The size of a page in bytes.
pub(crate) const PAGE: usize = raw::PAGE_SIZE;

/// log2 of [`PAGE`].
pub(crate) const PAGE_SHIFT: u32 = PAGE.trailing_zeros();

/// The address space of `task`, kept usable; `None` for kernel threads and after exit.
pub(crate) fn of_task(task: &Task) -> Option<ARef<MmWithUser>> {
    // SAFETY: The task is valid; the function takes a count for the caller.
    let mm = unsafe { raw::get_task_mm(task.as_ptr()) };
    // SAFETY: The count just taken is handed to the `ARef`; the type is transparent over
    // `mm_struct`.
    NonNull::new(mm.cast()).map(|mm| unsafe { ARef::from_raw(mm) })
}

/// Runs `f` with the address space of `task`, `None` for kernel threads and after exit. `f` must
/// not sleep: `task_lock()` is held, which keeps the address space in use.
#[inline]
pub(crate) fn with_locked<R>(task: &Task, f: impl FnOnce(Option<&MmWithUser>) -> R) -> R {
    let lock = TaskLock::lock(task);
    let t = task.as_ptr();
    // SAFETY: The task is valid, and its lock keeps the field: a task that has an address space
    // counts among its users, until it has taken the lock and cleared the field. That of a kernel
    // thread is borrowed, as `get_task_mm()` has it. The type is transparent over `mm_struct`.
    let mm = unsafe {
        let own = (&raw const (*t).flags).read_volatile() & raw::PF_KTHREAD == 0;
        (&raw const (*t).mm)
            .read()
            .cast::<MmWithUser>()
            .as_ref()
            .filter(|_| own)
    };
    let result = f(mm);
    drop(lock);
    result
}

/// Whether someone waits for the lock of the address space, so that a reader would have to.
pub(crate) fn is_contended(mm: &MmWithUser) -> bool {
    // SAFETY: The address space is valid.
    unsafe { raw::proc2_mmap_lock_is_contended(mm.as_raw()) }
}

/// The memory of `task`'s address space, if the caller may do what `mode` says with its file system
/// ids.
///
/// # Errors
///
/// `EACCES`; `ESRCH` if the task has none; `EINTR` if the caller is killed while it waits.
pub(crate) fn open(task: &Task, mode: Ptrace) -> Result<ARef<Mm>> {
    Ok(ARef::from(&**open_users(task, mode)?))
}

/// As [`open`], but the address space is kept in use.
///
/// # Errors
///
/// As [`open`].
pub(crate) fn open_users(task: &Task, mode: Ptrace) -> Result<ARef<MmWithUser>> {
    // SAFETY: The task is valid; the function takes a count of the address space's users for the
    // caller.
    let mm = from_err_ptr(unsafe { raw::mm_access(task.as_ptr(), mode.as_raw()) })?;
    let mm = NonNull::new(mm).ok_or(ESRCH)?;
    // SAFETY: The count just taken is handed to the `ARef`; the type is transparent over
    // `mm_struct`.
    Ok(unsafe { ARef::from_raw(mm.cast()) })
}

/// Copies the auxiliary vector that the program was started with, up to and including its `AT_NULL`
/// pair, from `pos` on, and moves `pos`. Sleeps.
///
/// # Errors
///
/// Those of [`UserBuf::write_from`].
pub(crate) fn read_auxv(mm: &Mm, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
    const PAIRS: usize = raw::proc2_AT_VECTOR_SIZE as usize / 2;
    type Pair = [kernel::ffi::c_ulong; 2];
    // SAFETY: The memory of the address space is kept. The vector changes only in exec, and
    // `prctl()` replaces it under way; its last pair is always `AT_NULL`.
    unsafe {
        let pairs = (&raw const (*fields(mm)).saved_auxv).cast::<Pair>();
        let count = (0..PAIRS)
            .take_while(|i| (&raw const (*pairs.add(*i))[0]).read_volatile() != 0)
            .count()
            + 1;
        let len = count.min(PAIRS) * size_of::<Pair>();
        buf.write_raw_from(pairs.cast(), len, pos)
    }
}

/// Whether transparent huge pages may be used in this address space.
pub(crate) fn thp_enabled(mm: &MmWithUser) -> bool {
    // SAFETY: The address space is in use.
    cfg!(CONFIG_TRANSPARENT_HUGEPAGE) && unsafe { !raw::proc2_mm_thp_disabled(mm.as_raw()) }
}

/// The bits of an address that are not a tag.
pub(crate) fn untag_mask(mm: &MmWithUser) -> u64 {
    // SAFETY: The address space is in use.
    unsafe { raw::proc2_mm_untag_mask(mm.as_raw()) as u64 }
}

/// What KSM has done in an address space.
#[cfg(CONFIG_KSM)]
pub(crate) struct Ksm {
    /// Items that track a page.
    pub(crate) rmap_items: u64,
    /// Pages merged with the zero page.
    pub(crate) zero_pages: i64,
    /// Pages merged.
    pub(crate) merging_pages: u64,
    /// Bytes saved, less those that tracking costs.
    pub(crate) profit: i64,
    /// Whether everything that can be is to be merged.
    pub(crate) merge_any: bool,
}

#[cfg(CONFIG_KSM)]
impl Ksm {
    /// Reads the figures, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        // SAFETY: The address space is in use. The figures are words that their owners change at
        // any time.
        unsafe {
            let (raw_mm, m) = (mm.as_raw(), fields(mm));
            Self {
                rmap_items: (&raw const (*m).ksm_rmap_items).read_volatile() as u64,
                zero_pages: raw::proc2_mm_ksm_zero_pages(raw_mm) as i64,
                merging_pages: (&raw const (*m).ksm_merging_pages).read_volatile() as u64,
                profit: raw::ksm_process_profit(raw_mm) as i64,
                merge_any: raw::proc2_mm_merge_any(raw_mm),
            }
        }
    }

    /// Whether any mapping may be merged; `None` if the caller is killed while it waits for the
    /// mmap lock.
    pub(crate) fn mergeable(mm: &MmWithUser) -> Option<bool> {
        // SAFETY: The address space is in use; the function wants the lock held.
        unsafe {
            if raw::proc2_mmap_read_lock_killable(mm.as_raw()) != 0 {
                return None;
            }
            let mergeable = raw::ksm_process_mergeable(mm.as_raw());
            raw::mmap_read_unlock(mm.as_raw());
            Some(mergeable)
        }
    }
}

/// Which mappings a core dump has, as bits from 0 on.
#[cfg(CONFIG_ELF_CORE)]
pub(crate) fn dump_filter(mm: &MmWithUser) -> u64 {
    // SAFETY: The address space is in use.
    unsafe { raw::proc2_mm_dump_filter(mm.as_raw()) as u64 }
}

/// Sets which mappings a core dump has; bits without a meaning are ignored.
#[cfg(CONFIG_ELF_CORE)]
pub(crate) fn set_dump_filter(mm: &MmWithUser, filter: u32) {
    for bit in 0..raw::MMF_DUMP_FILTER_BITS {
        // SAFETY: The address space is in use; each flag is changed atomically.
        unsafe { raw::proc2_mm_dump_filter_bit(mm.as_raw(), bit as i32, filter >> bit & 1 != 0) };
    }
}

/// Whether the current task traces `task`, and `mm` is the address space that it has.
pub(crate) fn is_traced_by_current(task: &Task, mm: &Mm) -> bool {
    let t = task.as_ptr();
    crate::rust_bindings::tasks::task::with_current(|current| {
        // SAFETY: The task is valid; each field is one word, and is only compared.
        unsafe {
            (&raw const (*t).ptrace).read_volatile() != 0
                && core::ptr::eq((&raw const (*t).mm).read_volatile(), mm.as_raw())
                && core::ptr::eq((&raw const (*t).parent).read_volatile(), current.as_ptr())
        }
    })
}

/// Whether `mm` is the address space that the current task has now.
#[cfg(CONFIG_SECURITY)]
pub(crate) fn is_current(mm: Option<&Mm>) -> bool {
    crate::rust_bindings::tasks::task::with_current(|current| {
        // SAFETY: A task's own address space changes only by itself.
        let own = unsafe { (&raw const (*current.as_ptr()).mm).read() };
        mm.map_or(own.is_null(), |mm| core::ptr::eq(mm.as_raw(), own))
    })
}

/// Runs `f` with the command line that the kernel was started with.
pub(crate) fn with_command_line<R>(f: impl FnOnce(&[u8]) -> R) -> R {
    // SAFETY: The line is set once at boot and ends with a NUL.
    f(unsafe { CStr::from_char_ptr(raw::saved_command_line) }.to_bytes())
}
