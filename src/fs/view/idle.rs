// SPDX-License-Identifier: GPL-2.0

//! What an instance has shown of the idle time of each CPU, so that none of it is taken back: by
//! clocks that are read one after the other, or by a burst of several CPUs that is spread over
//! fewer.
//!
//! Locks: one spinlock, under which RCU and `task_lock` are taken where the cgroup has changed.

use crate::{
    pure::show::cpu_stat::Row,
    rust_bindings::cgroups::cpus, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    new_spinlock,
    prelude::*,
    sync::SpinLock, //
};

/// What was shown.
#[pin_data]
pub(super) struct ShownIdle {
    #[pin]
    shown: SpinLock<Shown>,
}

struct Shown {
    /// The number of the cgroup whose idle time it is; 0 is none's.
    of: u64,
    /// Ticks of each CPU of the machine.
    ticks: KVec<u64>,
}

impl ShownIdle {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[expect(clippy::disallowed_methods, reason = "one for each CPU of the machine")]
    pub(super) fn new() -> Result<Pin<KBox<Self>>> {
        let ticks = KVec::from_elem(0, cpus::nr_cpu_ids(), GFP_KERNEL_ACCOUNT)?;
        let shown = Shown { of: 0, ticks };
        KBox::pin_init(
            pin_init!(Self { shown <- new_spinlock!(shown, "proc2: idle times") }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    /// Raises rows of the cgroup with this number to what was shown before. `is_shown` says whether
    /// that cgroup is still the one whose figures are shown.
    ///
    /// A reader who has looked just before process 1 left for another cgroup may come after those
    /// who look now: what is kept of the other one stays then, and the late one's rows are as they
    /// are.
    pub(super) fn hold(&self, cgroup: u64, rows: &mut [Row], is_shown: impl FnOnce() -> bool) {
        let mut shown = self.shown.lock();
        if shown.of != cgroup {
            if !is_shown() {
                return;
            }
            shown.of = cgroup;
            shown.ticks.fill(0);
        }
        for row in rows {
            if let Some(ticks) = shown.ticks.get_mut(row.number() as usize) {
                let least = mutant!("view::counters: idle time is held", *ticks => 0);
                *ticks = row.at_least(least);
            }
        }
    }
}
