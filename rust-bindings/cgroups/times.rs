// SPDX-License-Identifier: GPL-2.0

//! What a cgroup has run on each CPU, and what the CPU was there for.
//!
//! Both are counted in one go (`account_user_time()` in kernel/sched/cputime.c), so that a cgroup's
//! times on a CPU are never above the CPU's own.
//!
//! Locks: those of the flush, which sleeps.
//!
//! C source: [`kernel/cgroup/rstat.c`](srctree/kernel/cgroup/rstat.c),
//! [`fs/proc/stat.c`](srctree/fs/proc/stat.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        cpus, //
    },
    raw, //
};

/// What a cgroup and all below it have run on a CPU, in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ran {
    /// In user mode.
    pub(crate) user: u64,
    /// With a nice value above 0, of that.
    pub(crate) nice: u64,
    /// In the kernel, interrupts in that time too.
    pub(crate) system: u64,
}

/// The kinds of software interrupts.
pub(crate) const SOFTIRQS: usize = raw::NR_SOFTIRQS as usize;

impl Cgroup {
    /// Brings together what the CPUs have counted for it. Sleeps.
    pub(crate) fn flush_times(&self) {
        // SAFETY: `self` is valid, and not the hierarchy's root alone.
        unsafe { raw::css_rstat_flush(&raw mut (*self.as_ptr()).self_) };
    }

    /// What it has run on `cpu`, as of the last flush; nothing for the hierarchy's root, of which
    /// that is not kept, nor where there is no such CPU.
    pub(crate) fn ran(&self, cpu: u32) -> Ran {
        if !cpus::is_possible(cpu) {
            return Ran::default();
        }
        // SAFETY: `self` is valid. The place of a CPU's counts is there for each possible one.
        unsafe {
            let (cgroup, cpu) = (self.as_ptr(), cpu as i32);
            Ran {
                user: raw::proc2_cgroup_utime(cgroup, cpu),
                nice: raw::proc2_cgroup_ntime(cgroup, cpu),
                system: raw::proc2_cgroup_stime(cgroup, cpu),
            }
        }
    }
}

/// All times of a CPU, in nanoseconds; 0 where there is none of this number.
pub(crate) fn elapsed(cpu: u32) -> u64 {
    if !cpus::is_possible(cpu) {
        return 0;
    }
    // SAFETY: The place of a CPU's counts is there for each possible one.
    unsafe { raw::proc2_cpu_elapsed(cpu as i32) }
}

/// When the machine was started, in seconds, as the current task's time namespace has it.
pub(crate) fn boot_time() -> u64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_boot_time() }
}

/// How long it has been up, in nanoseconds, as the current task's time namespace has it.
pub(crate) fn up() -> u64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_boottime_ns() }
}

/// Clock ticks of nanoseconds.
pub(crate) fn ticks(nsec: u64) -> u64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::nsec_to_clock_t(nsec) }
}
