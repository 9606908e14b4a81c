// SPDX-License-Identifier: GPL-2.0

//! Finding mappings, and the locks that keep them as they are found.
//!
//! Locks: [`MappingsLock`] is the mmap lock, taken for reading. [`Finder`] holds one lock at most: that of a single mapping
//! where the kernel has such locks (`CONFIG_PER_VMA_LOCK`), so that a reader of `maps` does not hold up who changes other mappings;
//! otherwise the mmap lock. Both come before the locks that a path's name takes; the reader's memory may not be touched under
//! either, for a fault there takes them too.
//!
//! C header: [`include/linux/mmap_lock.h`](srctree/include/linux/mmap_lock.h)

use crate::rust_bindings::{
    memory::vma::Vma,
    raw, //
};
#[cfg(CONFIG_PER_VMA_LOCK)]
use core::mem::MaybeUninit;
use core::ptr::NonNull;
#[cfg(CONFIG_PER_VMA_LOCK)]
use kernel::sync::rcu;
use kernel::{
    error::to_result,
    ffi::c_ulong,
    mm::MmWithUser,
    prelude::*,
    sync::aref::ARef,
    types::NotThreadSafe, //
};

/// Finds mappings of an address space one after the other and keeps the one that it found last as it is.
///
/// # Invariants
///
/// If `mmap_locked`, the mmap lock is held for reading; otherwise the lock of `found`, if that is a mapping.
pub(crate) struct Finder {
    mm: ARef<MmWithUser>,
    found: Option<NonNull<raw::vm_area_struct>>,
    mmap_locked: bool,
}

impl Finder {
    /// A finder that has found nothing yet.
    ///
    /// # Errors
    ///
    /// `EINTR` if the caller is killed while it waits, which it does only without locks of single mappings.
    pub(crate) fn new(mm: ARef<MmWithUser>) -> Result<Self> {
        let mmap_locked = !cfg!(CONFIG_PER_VMA_LOCK);
        if mmap_locked {
            // SAFETY: The address space is in use.
            to_result(unsafe { raw::proc2_mmap_read_lock_killable(mm.as_raw()) })?;
        }
        // INVARIANT: The lock was just taken, or nothing is found.
        Ok(Self {
            mm,
            found: None,
            mmap_locked,
        })
    }

    /// The mapping that was found last.
    pub(crate) fn found(&self) -> Option<&Vma> {
        // SAFETY: By the type invariant it is locked until the next `find()`, which borrows the finder mutably.
        self.found.map(|vma| unsafe { Vma::from_raw(vma.as_ptr()) })
    }

    /// Finds the first mapping that ends behind `addr`, and lets go of the one before.
    ///
    /// # Errors
    ///
    /// `EINTR` if the caller is killed while it waits.
    pub(crate) fn find(&mut self, addr: u64) -> Result<Option<&Vma>> {
        let vma = if self.mmap_locked {
            self.find_locked(addr)
        } else {
            self.find_and_lock(addr)?
        };
        // INVARIANT: The mmap lock is held, or the mapping's.
        self.found = NonNull::new(vma);
        Ok(self.found())
    }

    fn find_locked(&self, addr: u64) -> *mut raw::vm_area_struct {
        // SAFETY: The address space is in use, and its lock is held.
        unsafe { raw::find_vma(self.mm.as_raw(), addr as c_ulong) }
    }

    #[cfg(not(CONFIG_PER_VMA_LOCK))]
    fn find_and_lock(&mut self, addr: u64) -> Result<*mut raw::vm_area_struct> {
        Ok(self.find_locked(addr))
    }

    #[cfg(CONFIG_PER_VMA_LOCK)]
    fn find_and_lock(&mut self, addr: u64) -> Result<*mut raw::vm_area_struct> {
        self.unlock_found();
        let mut iter = MaybeUninit::uninit();
        let rcu = rcu::read_lock();
        // SAFETY: The address space is in use and RCU locked, and `iter` is initialised before its use. The function locks what it
        // finds for the caller; where it has to sleep it leaves RCU for that time.
        let vma = unsafe {
            raw::proc2_vma_iter_init(iter.as_mut_ptr(), self.mm.as_raw(), addr as c_ulong);
            raw::lock_next_vma(self.mm.as_raw(), iter.as_mut_ptr(), addr as c_ulong)
        };
        drop(rcu);
        match kernel::error::from_err_ptr(vma) {
            Err(err) if err == EAGAIN => Ok(self.fall_back(addr)),
            vma => vma,
        }
    }

    /// Finds the mapping under the mmap lock, for want of its own: it has more readers than can be counted.
    #[cfg(CONFIG_PER_VMA_LOCK)]
    fn fall_back(&mut self, addr: u64) -> *mut raw::vm_area_struct {
        // SAFETY: The address space is in use, and no lock of it is held.
        unsafe { raw::mmap_read_lock(self.mm.as_raw()) };
        // INVARIANT: The lock was just taken.
        self.mmap_locked = true;
        self.find_locked(addr)
    }

    /// Lets go of the mapping that was found last, where it has a lock of its own.
    fn unlock_found(&mut self) {
        // INVARIANT: Nothing is found any more.
        if let Some(vma) = self.found.take() {
            // SAFETY: By the type invariant the mapping's lock is held, as the mmap lock is not.
            unsafe { raw::vma_end_read(vma.as_ptr()) };
        }
    }
}

impl Drop for Finder {
    fn drop(&mut self) {
        if self.mmap_locked {
            // SAFETY: By the type invariant.
            unsafe { raw::mmap_read_unlock(self.mm.as_raw()) };
        } else {
            self.unlock_found();
        }
    }
}

/// Goes through the mappings of an address space in the order of their addresses, as [`Finder`] does but without searching from
/// the beginning for each.
///
/// # Invariants
///
/// Unless the finder holds the mmap lock, RCU is locked: that keeps what `iter` points to. (So nobody may sleep meanwhile.)
pub(in crate::rust_bindings) struct Walk {
    finder: Finder,
    #[cfg(CONFIG_PER_VMA_LOCK)]
    iter: MaybeUninit<raw::vma_iterator>,
}

impl Walk {
    /// Starts at `addr`.
    ///
    /// # Errors
    ///
    /// As [`Finder::new`].
    pub(in crate::rust_bindings) fn start(mm: ARef<MmWithUser>, addr: u64) -> Result<Self> {
        #[cfg_attr(not(CONFIG_PER_VMA_LOCK), expect(unused_mut))]
        let mut walk = Self {
            finder: Finder::new(mm)?,
            #[cfg(CONFIG_PER_VMA_LOCK)]
            iter: MaybeUninit::uninit(),
        };
        #[cfg(CONFIG_PER_VMA_LOCK)]
        // SAFETY: There is room for an iterator, and the address space, which is all that it points to as yet, is in use.
        unsafe {
            let mm = walk.finder.mm.as_raw();
            raw::proc2_vma_iter_init(walk.iter.as_mut_ptr(), mm, addr as c_ulong);
        }
        if !walk.finder.mmap_locked {
            // INVARIANT: Dropping the walk, or falling back to the mmap lock, undoes it.
            // SAFETY: The function has no precondition.
            unsafe { raw::rcu_read_lock() };
        }
        Ok(walk)
    }

    /// The mapping behind the last one, which ended at `addr`, or the first one.
    ///
    /// # Errors
    ///
    /// As [`Finder::find`].
    pub(in crate::rust_bindings) fn next(&mut self, addr: u64) -> Result<Option<&Vma>> {
        #[cfg(CONFIG_PER_VMA_LOCK)]
        if !self.finder.mmap_locked {
            self.finder.unlock_found();
            let mm = self.finder.mm.as_raw();
            // SAFETY: The address space is in use, and RCU is locked, by the type invariant, since `iter` was initialised. The
            // function locks what it finds for the caller; where it has to sleep it leaves RCU and sets the iterator anew.
            let vma = unsafe { raw::lock_next_vma(mm, self.iter.as_mut_ptr(), addr as c_ulong) };
            let vma = match kernel::error::from_err_ptr(vma) {
                Err(err) if err == EAGAIN => {
                    // SAFETY: By the type invariant.
                    unsafe { raw::rcu_read_unlock() };
                    self.finder.fall_back(addr)
                }
                vma => vma?,
            };
            // INVARIANT: The mmap lock is held, or the mapping's.
            self.finder.found = NonNull::new(vma);
            return Ok(self.finder.found());
        }
        self.finder.find(addr)
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        if !self.finder.mmap_locked {
            self.finder.unlock_found();
            // SAFETY: By the type invariant. Dropping the finder, which may sleep, comes after it.
            unsafe { raw::rcu_read_unlock() };
        }
    }
}

/// An address space whose mappings do not change.
///
/// # Invariants
///
/// The mmap lock is held for reading.
pub(crate) struct MappingsLock<'a>(&'a MmWithUser, NotThreadSafe);

impl<'a> MappingsLock<'a> {
    /// Takes the lock. Sleeps.
    ///
    /// # Errors
    ///
    /// `EINTR` if the caller is killed while it waits.
    pub(crate) fn lock(mm: &'a MmWithUser) -> Result<Self> {
        // SAFETY: The address space is in use.
        to_result(unsafe { raw::proc2_mmap_read_lock_killable(mm.as_raw()) })?;
        // INVARIANT: The lock was just taken.
        Ok(Self(mm, NotThreadSafe))
    }

    /// The mapping that has exactly these addresses.
    pub(crate) fn exact(&self, (start, end): (u64, u64)) -> Option<&Vma> {
        self.ending_behind(start)
            .filter(|vma| vma.range() == (start, end))
    }

    /// The mappings that end after `addr`, in the order of their addresses.
    pub(crate) fn iter_from(&self, addr: u64) -> impl Iterator<Item = &Vma> {
        core::iter::successors(self.ending_behind(addr), |vma| {
            self.ending_behind(vma.range().1)
        })
    }

    /// The first mapping that ends behind `addr`.
    fn ending_behind(&self, addr: u64) -> Option<&Vma> {
        // SAFETY: By the type invariant; what is found is locked as long as `self` lives.
        unsafe {
            NonNull::new(raw::find_vma(self.0.as_raw(), addr as c_ulong))
                .map(|vma| Vma::from_raw(vma.as_ptr()))
        }
    }
}

impl Drop for MappingsLock<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariant.
        unsafe { raw::mmap_read_unlock(self.0.as_raw()) };
    }
}
