// SPDX-License-Identifier: GPL-2.0

//! Counters that the processes of a storm share.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{ensure, Context as _, Result};
use rustix::fs::MemfdFlags;
use rustix::mm::{mmap, MapFlags, ProtFlags};

/// A counter that every process of the storm may raise.
#[derive(Default)]
#[repr(transparent)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Raises it and gives what it was.
    pub fn add(&self, count: u64) -> u64 {
        self.0.fetch_add(count, Ordering::SeqCst)
    }

    /// What it is.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sets it.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::SeqCst);
    }
}

/// The counters, in memory that forked children share. It stays mapped until the process ends.
#[repr(C)]
#[derive(Default)]
pub struct Counters {
    /// Not 0: those who go on until the storm is over stop.
    pub stop: Counter,
    /// Tasks made, threads included.
    pub tasks: Counter,
    /// Operations on instances: opens, reads, writes, looks.
    pub operations: Counter,
    /// Instances mounted.
    pub mounts: Counter,
    /// Instances remounted.
    pub remounts: Counter,
    /// What was done and refused, as it may be.
    pub refused: Counter,
    /// A second count of refusals, where one storm has two kinds.
    pub busy: Counter,
    /// Records read that name the task that they were asked of.
    pub records: Counter,
    /// Rounds of whatever the storm repeats.
    pub rounds: Counter,
    /// Times that each of the targets was opened up to others, twice each: before and after.
    pub widened: [Counter; 4],
    /// Times that each of them executed a program, twice each: before and after.
    pub executed: [Counter; 4],
}

impl Counters {
    /// Counters that are all 0.
    pub fn new() -> Result<&'static Self> {
        Self::of_file(&Self::file()?)
    }

    /// Memory for them. A process that executes another program hands on the descriptor.
    pub fn file() -> Result<OwnedFd> {
        let file = rustix::fs::memfd_create("counters", MemfdFlags::empty())?;
        rustix::fs::ftruncate(&file, size_of::<Self>() as u64)?;
        Ok(file)
    }

    /// The counters in a file that [`Counters::file`] made, as it stands.
    pub fn of_file(file: &OwnedFd) -> Result<&'static Self> {
        let size = rustix::fs::fstat(file)?.st_size;
        ensure!(
            size as usize == size_of::<Self>(),
            "{size} bytes are not the counters"
        );
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: a new mapping at an address that the kernel chooses.
        let area = unsafe {
            mmap(
                std::ptr::null_mut(),
                size_of::<Self>(),
                protection,
                flags,
                file,
                0,
            )
        };
        let area = area.context("mapping of shared counters")?;
        // SAFETY: the mapping is page-aligned, as large as the counters, and never unmapped; the
        // file has that size and does not shrink. They are nothing but integers, which are changed
        // through atomics alone.
        Ok(unsafe { &*area.cast::<Self>() })
    }

    /// Whether the storm goes on.
    pub fn goes_on(&self) -> bool {
        self.stop.get() == 0
    }
}
