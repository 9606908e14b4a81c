// SPDX-License-Identifier: GPL-2.0

//! Counters that the processes of a storm share.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use rustix::mm::{mmap_anonymous, MapFlags, ProtFlags};

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
pub struct Board {
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
    /// Rounds of whatever the storm repeats.
    pub rounds: Counter,
    /// Times that something was opened up to somebody.
    pub widened: Counter,
    /// Process ids that one process tells the others.
    pub pid: [Counter; 8],
}

impl Board {
    /// A board with all counters at 0.
    pub fn new() -> Result<&'static Self> {
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        let size = size_of::<Self>();
        // SAFETY: a new mapping at an address that the kernel chooses.
        let area = unsafe { mmap_anonymous(std::ptr::null_mut(), size, protection, flags) };
        let area = area.context("mapping of shared counters")?;
        // SAFETY: the mapping is page-aligned, as large as a board, never unmapped, and zeroed: a
        // board is nothing but integers. It is changed through atomics alone.
        Ok(unsafe { &*area.cast::<Self>() })
    }

    /// Whether the storm goes on.
    pub fn goes_on(&self) -> bool {
        self.stop.get() == 0
    }
}
