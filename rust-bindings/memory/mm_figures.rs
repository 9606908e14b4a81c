// SPDX-License-Identifier: GPL-2.0

//! What is read of an address space at a time: its sizes, and where its parts lie.
//!
//! Locks: the counters' own, leaves that are taken and dropped for each.
//!
//! C header: [`include/linux/mm_types.h`](srctree/include/linux/mm_types.h)

use crate::rust_bindings::raw;
use kernel::mm::{
    Mm,
    MmWithUser, //
};

pub(in crate::rust_bindings) fn fields(mm: &Mm) -> *mut raw::mm_struct__bindgen_ty_1 {
    // SAFETY: `mm` is valid.
    unsafe { &raw mut (*mm.as_raw()).__bindgen_anon_1 }
}

/// Where a program's arguments and environment stand in its memory.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// First byte of the arguments.
    pub(crate) arg_start: u64,
    /// Byte behind the arguments.
    pub(crate) arg_end: u64,
    /// First byte of the environment.
    pub(crate) env_start: u64,
    /// Byte behind the environment; 0 before the program is that far.
    pub(crate) env_end: u64,
}

impl Bounds {
    /// Whether the program is far enough to have arguments and an environment.
    pub(crate) fn known(mm: &Mm) -> bool {
        // SAFETY: The memory of the address space is kept; one word, read in one load.
        unsafe { (&raw const (*fields(mm)).env_end).read_volatile() != 0 }
    }

    /// Reads all four under one lock.
    pub(crate) fn of(mm: &Mm) -> Self {
        // SAFETY: The memory of the address space is kept; the lock is its own.
        unsafe {
            let m = fields(mm);
            raw::spin_lock(&raw mut (*m).arg_lock);
            let bounds = Self {
                arg_start: (*m).arg_start as u64,
                arg_end: (*m).arg_end as u64,
                env_start: (*m).env_start as u64,
                env_end: (*m).env_end as u64,
            };
            raw::spin_unlock(&raw mut (*m).arg_lock);
            bounds
        }
    }
}

/// Resident memory, in pages.
#[derive(Default)]
pub(crate) struct Resident {
    /// Anonymous pages.
    pub(crate) anon: u64,
    /// Pages of files.
    pub(crate) file: u64,
    /// Pages of shared memory.
    pub(crate) shmem: u64,
    /// The highest sum that was recorded.
    pub(crate) hiwater: u64,
}

/// How large an address space is, in pages unless said otherwise.
#[derive(Default)]
pub(crate) struct Extent {
    /// Size.
    pub(crate) total_vm: u64,
    /// The highest size that was recorded.
    pub(crate) hiwater_vm: u64,
    /// Locked pages.
    pub(crate) locked_vm: u64,
    /// Pages of writable private mappings.
    pub(crate) data_vm: u64,
    /// Pages of stacks.
    pub(crate) stack_vm: u64,
    /// Bytes of page tables.
    pub(crate) pgtables_bytes: u64,
}

/// The other figures that `status` shows.
pub(crate) struct Figures {
    /// Swapped out pages.
    pub(crate) swap: u64,
    /// Pinned pages.
    pub(crate) pinned_vm: u64,
    /// Pages of executable mappings.
    pub(crate) exec_vm: u64,
    /// First byte of the program's text.
    pub(crate) start_code: u64,
    /// Byte behind the program's text.
    pub(crate) end_code: u64,
    /// Pages of hugetlb mappings, in pages of the normal size.
    #[cfg(CONFIG_HUGETLB_PAGE)]
    pub(crate) hugetlb: u64,
}

/// The figures that `statm` shows, in pages.
pub(crate) struct Sizes {
    /// Anonymous pages.
    pub(crate) anon: u64,
    /// Pages of files.
    pub(crate) file: u64,
    /// Pages of shared memory.
    pub(crate) shmem: u64,
    /// Size.
    pub(crate) total_vm: u64,
    /// Pages of writable private mappings.
    pub(crate) data_vm: u64,
    /// Pages of stacks.
    pub(crate) stack_vm: u64,
    /// First byte of the program's text.
    pub(crate) start_code: u64,
    /// Byte behind the program's text.
    pub(crate) end_code: u64,
}

impl Sizes {
    /// Reads the figures, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        // SAFETY: The address space is in use. The figures are words that their owners change at
        // any time.
        unsafe {
            let m = fields(mm);
            Self {
                anon: counter(mm, raw::MM_ANONPAGES),
                file: counter(mm, raw::MM_FILEPAGES),
                shmem: counter(mm, raw::MM_SHMEMPAGES),
                total_vm: word(&raw const (*m).total_vm),
                data_vm: word(&raw const (*m).data_vm),
                stack_vm: word(&raw const (*m).stack_vm),
                start_code: word(&raw const (*m).start_code),
                end_code: word(&raw const (*m).end_code),
            }
        }
    }
}

/// Addresses that `stat` shows to whom may see them.
pub(crate) struct Addresses {
    /// First byte of the program's text.
    pub(crate) start_code: u64,
    /// Byte behind the program's text.
    pub(crate) end_code: u64,
    /// The stack's first address.
    pub(crate) start_stack: u64,
    /// First byte of initialised data.
    pub(crate) start_data: u64,
    /// Byte behind initialised data.
    pub(crate) end_data: u64,
    /// First byte of the heap.
    pub(crate) start_brk: u64,
}

/// A counter, summed over all CPUs.
#[inline]
fn counter(mm: &MmWithUser, member: u32) -> u64 {
    // SAFETY: The address space is in use, and has a counter for each member.
    unsafe { raw::proc2_get_mm_counter_sum(mm.as_raw(), member as i32) as u64 }
}

/// A word that its owner changes at any time.
///
/// # Safety
///
/// `field` must be valid.
#[inline]
unsafe fn word(field: *const kernel::ffi::c_ulong) -> u64 {
    // SAFETY: The caller promises it.
    unsafe { field.read_volatile() as u64 }
}

impl Resident {
    /// Reads the figures, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        Self {
            anon: counter(mm, raw::MM_ANONPAGES),
            file: counter(mm, raw::MM_FILEPAGES),
            shmem: counter(mm, raw::MM_SHMEMPAGES),
            // SAFETY: The address space is in use.
            hiwater: unsafe { word(&raw const (*fields(mm)).hiwater_rss) },
        }
    }
}

impl Extent {
    /// Reads the figures, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        // SAFETY: The address space is in use.
        unsafe {
            let m = fields(mm);
            Self {
                total_vm: word(&raw const (*m).total_vm),
                hiwater_vm: word(&raw const (*m).hiwater_vm),
                locked_vm: word(&raw const (*m).locked_vm),
                data_vm: word(&raw const (*m).data_vm),
                stack_vm: word(&raw const (*m).stack_vm),
                pgtables_bytes: raw::proc2_mm_pgtables_bytes(mm.as_raw()) as u64,
            }
        }
    }
}

/// Swapped out pages.
pub(crate) fn swapped(mm: &MmWithUser) -> u64 {
    counter(mm, raw::MM_SWAPENTS)
}

impl Figures {
    /// Reads the figures, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        // SAFETY: The address space is in use.
        unsafe {
            let m = fields(mm);
            Self {
                swap: swapped(mm),
                pinned_vm: (&raw const (*m).pinned_vm.counter).read_volatile() as u64,
                exec_vm: word(&raw const (*m).exec_vm),
                start_code: word(&raw const (*m).start_code),
                end_code: word(&raw const (*m).end_code),
                #[cfg(CONFIG_HUGETLB_PAGE)]
                hugetlb: (&raw const (*m).hugetlb_usage.counter).read_volatile() as u64,
            }
        }
    }

    /// The number of resident pages, from counters that may lag a little.
    pub(crate) fn resident(mm: &MmWithUser) -> u64 {
        // SAFETY: The address space is in use.
        unsafe { raw::proc2_get_mm_rss(mm.as_raw()) as u64 }
    }

    /// The size in pages.
    pub(crate) fn size(mm: &MmWithUser) -> u64 {
        // SAFETY: The address space is in use.
        unsafe { (&raw const (*fields(mm)).total_vm).read_volatile() as u64 }
    }
}

impl Addresses {
    /// Reads the addresses, each as it is at its moment.
    pub(crate) fn of(mm: &MmWithUser) -> Self {
        // SAFETY: The address space is in use.
        unsafe {
            let m = fields(mm);
            Self {
                start_code: word(&raw const (*m).start_code),
                end_code: word(&raw const (*m).end_code),
                start_stack: word(&raw const (*m).start_stack),
                start_data: word(&raw const (*m).start_data),
                end_data: word(&raw const (*m).end_data),
                start_brk: word(&raw const (*m).start_brk),
            }
        }
    }

    /// The argument and environment bounds without their lock, as `stat` reads them.
    pub(crate) fn bounds(mm: &MmWithUser) -> Bounds {
        // SAFETY: The address space is in use.
        unsafe {
            let m = fields(mm);
            Bounds {
                arg_start: word(&raw const (*m).arg_start),
                arg_end: word(&raw const (*m).arg_end),
                env_start: word(&raw const (*m).env_start),
                env_end: word(&raw const (*m).env_end),
            }
        }
    }
}
