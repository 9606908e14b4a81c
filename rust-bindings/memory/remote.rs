// SPDX-License-Identifier: GPL-2.0

//! Passing memory into an address space and out of it.
//!
//! Locks: the mmap lock for reading, taken and dropped.
//!
//! C headers: [`include/linux/mm.h`](srctree/include/linux/mm.h),
//! [`include/linux/highmem.h`](srctree/include/linux/highmem.h); `__access_remote_vm()` of
//! [`mm/memory.c`](srctree/mm/memory.c)

use crate::rust_bindings::raw;
use core::ptr::null_mut;
use kernel::{
    ffi::c_ulong,
    mm::MmWithUser,
    page::PAGE_SIZE,
    prelude::*, //
};

/// Reads anonymous memory at `addr` into `buf`. Sleeps; takes the mmap lock.
///
/// Returns how much could be read: 0 if nothing, a negative number in the C function becomes an
/// error.
pub(crate) fn read_anonymous(mm: &MmWithUser, addr: u64, buf: &mut [u8]) -> Result<usize> {
    if read_one_page(mm, addr, buf) {
        return Ok(buf.len());
    }
    // SAFETY: The address space is in use, and `buf` has room for its length; the function checks
    // `addr`.
    let got = unsafe {
        raw::access_remote_vm(
            mm.as_raw(),
            addr as usize,
            buf.as_mut_ptr().cast(),
            buf.len() as i32,
            raw::proc2_FOLL_ANON,
        )
    };
    usize::try_from(got).map_err(|_| Error::from_errno(got))
}

/// Fills `buf` from the page that `addr` is in; false, and nothing is written, if it reaches beyond
/// that, or if the kernel's function has to see why that can't be. (That function looks for the
/// mapping three times, as it does not know of one page what it needs to know of many.) Sleeps.
fn read_one_page(mm: &MmWithUser, addr: u64, buf: &mut [u8]) -> bool {
    let within = addr as usize % PAGE_SIZE;
    if !(1..=PAGE_SIZE - within).contains(&buf.len()) {
        return false;
    }
    let mm = mm.as_raw();
    // SAFETY: The address space is in use.
    if unsafe { raw::proc2_mmap_read_lock_killable(mm) } != 0 {
        return false;
    }
    // SAFETY: The address space is in use, and its lock is held.
    let addr = unsafe { raw::proc2_untagged_addr_remote(mm, addr as c_ulong) };
    // SAFETY: As above.
    let vma = unsafe { raw::proc2_vma_lookup(mm, addr) };
    let (flags, mut page) = (raw::proc2_FOLL_ANON, null_mut());
    let found = if vma.is_null() {
        // A stack may have to grow first.
        false
    } else {
        // SAFETY: As above. Told of no way to drop the lock, the function keeps it; it is told
        // where one page goes.
        unsafe { raw::get_user_pages_remote(mm, addr, 1, flags, &mut page, null_mut()) == 1 }
    };
    if found {
        let to = buf.as_mut_ptr().cast();
        // SAFETY: The page is kept by the count that the function took, until that is given back
        // here, and the mapping by the lock; `buf` ends in this page, as was looked at above.
        unsafe {
            let place = raw::proc2_kmap_local_page(page);
            raw::proc2_copy_from_user_page(vma, page, addr, to, place.byte_add(within), buf.len());
            raw::proc2_kunmap_local(place);
            raw::proc2_put_page(page);
        }
    }
    // SAFETY: The lock is held.
    unsafe { raw::mmap_read_unlock(mm) };
    found
}

/// Which way [`access`] passes memory.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    /// Out of the address space.
    Read,
    /// Into the address space.
    Write,
}

/// Passes memory at `addr`, with `force` past the protection of mappings, and returns how much
/// could be. Sleeps; takes the mmap lock.
pub(crate) fn access(
    mm: &MmWithUser,
    addr: u64,
    buf: &mut [u8],
    direction: Direction,
    force: bool,
) -> usize {
    let mut flags = match direction {
        Direction::Read => 0,
        Direction::Write => raw::proc2_FOLL_WRITE,
    };
    if force {
        flags |= raw::proc2_FOLL_FORCE;
    }
    // SAFETY: The address space is in use, and `buf` has room for its length; the function checks
    // `addr`.
    let passed = unsafe {
        raw::access_remote_vm(
            mm.as_raw(),
            addr as usize,
            buf.as_mut_ptr().cast(),
            buf.len() as i32,
            flags,
        )
    };
    usize::try_from(passed).unwrap_or(0)
}
