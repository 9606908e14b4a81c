// SPDX-License-Identifier: GPL-2.0

//! A cgroup's times on the CPUs that are shown.
//!
//! The machine's clocks are read first, and then the cgroup's. Idle time, the difference, is too
//! short by what was counted in between: it could go back, and so the view keeps what it has shown.
//!
//! Locks: those of the flush, which sleeps.

use crate::{
    fs::view::View,
    pure::{
        options::Cpus,
        show::cpu_stat::{
            Busy,
            Cpu,
            Row,
            Times, //
        },
        view::Bandwidth, //
    },
    rust_bindings::cgroups::{
        cgroup::Cgroup,
        cpus::{
            self,
            CpuMask, //
        },
        quota,
        times::{
            self,
            Ran, //
        }, //
    }, //
};
use kernel::prelude::*;

/// What a cgroup has run.
pub(super) struct CgroupTimes {
    busy: Busy,
    cpus: KVec<Cpu>,
    cut: bool,
}

impl From<Ran> for Busy {
    fn from(ran: Ran) -> Self {
        Self {
            user: ran.user.saturating_sub(ran.nice),
            nice: ran.nice,
            system: ran.system,
        }
    }
}

/// The CPUs of a view: those that the cgroup may run on, and whether there are more than its quota
/// is worth.
///
/// # Errors
///
/// `ENOMEM`.
#[expect(
    clippy::disallowed_methods,
    reason = "one for each CPU of the machine at most"
)]
pub(super) fn shown(view: &View, cgroup: &Cgroup) -> Result<(KVec<u32>, bool)> {
    let mut shown = KVec::new();
    for cpu in CpuMask::of(cgroup)?.iter() {
        shown.push(cpu, GFP_KERNEL)?;
    }
    let worth = worth(view, cgroup, shown.len());
    let cut = worth < shown.len();
    shown.truncate(worth);
    Ok((shown, cut))
}

/// How many of `count` CPUs are shown.
fn worth(view: &View, cgroup: &Cgroup, count: usize) -> usize {
    match view.cpus() {
        Cpus::Cpuset => count,
        Cpus::Quota => {
            let mut bandwidth = Bandwidth::default();
            quota::on_path(cgroup, |quota, period| bandwidth.bound(quota, period));
            bandwidth.cut(count)
        }
    }
}

impl CgroupTimes {
    /// Looks at the times on CPUs that [`shown`] has given. Sleeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[expect(clippy::disallowed_methods, reason = "as above")]
    pub(super) fn of((shown, cut): (KVec<u32>, bool), cgroup: &Cgroup) -> Result<Self> {
        let mut cpus = KVec::with_capacity(shown.len(), GFP_KERNEL)?;
        for number in shown {
            let cpu = Cpu {
                number,
                elapsed: times::elapsed(number),
                ..Cpu::default()
            };
            cpus.push(cpu, GFP_KERNEL)?;
        }
        cgroup.flush_times();
        for cpu in cpus.iter_mut() {
            cpu.busy = cgroup.ran(cpu.number).into();
        }
        // On CPUs that are not shown, too: what has run does not go back when the set changes.
        let busy = cpus::possible()
            .map(|cpu| Busy::from(cgroup.ran(cpu)))
            .fold(Busy::default(), Busy::and);
        Ok(Self { busy, cpus, cut })
    }

    /// For the formats.
    pub(super) fn times(&self) -> Times<'_> {
        Times {
            busy: self.busy,
            cpus: &self.cpus,
            cut: self.cut,
        }
    }

    /// The rows of `stat`, in ticks, and what has run on all CPUs.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[expect(clippy::disallowed_methods, reason = "as above")]
    pub(super) fn rows(&self, view: &View, cgroup: &Cgroup) -> Result<(KVec<Row>, Busy)> {
        let times = self.times();
        let mut rows = KVec::with_capacity(self.cpus.len(), GFP_KERNEL)?;
        for (index, cpu) in self.cpus.iter().enumerate() {
            rows.push(times.row(index, cpu, times::ticks), GFP_KERNEL)?;
        }
        view.hold_idle(cgroup, &mut rows);
        Ok((rows, self.busy.map(times::ticks)))
    }
}
