// SPDX-License-Identifier: GPL-2.0

//! Counting instructions: in this VM a nanosecond is one of them.

use anyhow::Result;
use rustix::time::{clock_gettime, ClockId};

/// Counts what a closure costs, less what counting costs.
pub(crate) struct Meter {
    clock: ClockId,
    overhead: u64,
}

impl Meter {
    /// Reads the clock cheaply; interrupts and other tasks count. For short work, repeated.
    pub(crate) fn short() -> Self {
        Self::of(ClockId::Monotonic)
    }

    /// Counts this task alone, sleep and others not. For long work, and for work that waits.
    pub(crate) fn long() -> Self {
        Self::of(ClockId::ThreadCPUTime)
    }

    fn of(clock: ClockId) -> Self {
        let mut meter = Self { clock, overhead: 0 };
        let empty = (0..101).map(|_| meter.count(|| ()).0).collect();
        meter.overhead = median(empty);
        meter
    }

    fn now(&self) -> u64 {
        let now = clock_gettime(self.clock);
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
    }

    /// What `work` costs this time, and what it gives.
    pub(crate) fn count<T>(&self, work: impl FnOnce() -> T) -> (u64, T) {
        let start = self.now();
        let result = work();
        let end = self.now();
        ((end - start).saturating_sub(self.overhead), result)
    }

    /// What `work` usually costs once it has been done a few times: an interrupt now and then does not show.
    pub(crate) fn usual(&self, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
        for _ in 0..3 {
            work()?;
        }
        let mut counts = Vec::with_capacity(REPETITIONS);
        for _ in 0..REPETITIONS {
            let (count, result) = self.count(&mut work);
            result?;
            counts.push(count);
        }
        Ok(median(counts) as f64)
    }
}

const REPETITIONS: usize = 15;

/// The middle one; 0 of none.
pub(crate) fn median(mut counts: Vec<u64>) -> u64 {
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}
