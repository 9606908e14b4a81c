// SPDX-License-Identifier: GPL-2.0

//! The CPUs that a cgroup's tasks may run on.
//!
//! Locks: RCU while a mask is copied, which its writers change meanwhile, as `cpuset_num_cpus()`
//! takes it.
//!
//! C source: [`kernel/cgroup/cpuset.c`](srctree/kernel/cgroup/cpuset.c)

#[cfg(CONFIG_CPUSETS)]
use crate::rust_bindings::cgroups::state::State;
use crate::rust_bindings::{
    cgroups::cgroup::Cgroup,
    raw, //
};
use kernel::{
    ffi::c_ulong,
    prelude::*, //
};

const WORD: usize = c_ulong::BITS as usize;

/// One above the highest number that a CPU can have on this machine.
pub(crate) fn nr_cpu_ids() -> usize {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_nr_cpu_ids() as usize }
}

/// The numbers of all CPUs that there may ever be, in their order.
pub(crate) fn possible() -> impl Iterator<Item = u32> {
    let mut last = -1;
    core::iter::from_fn(move || {
        // SAFETY: The function takes any number from -1 on that is below the number of CPUs, as all
        // are that it has given but the last; the mask never changes.
        last = unsafe { raw::proc2_next_possible_cpu(last) };
        u32::try_from(last)
            .ok()
            .filter(|cpu| (*cpu as usize) < nr_cpu_ids())
    })
}

/// Whether there may ever be a CPU of this number: only those have counts of their own.
pub(in crate::rust_bindings) fn is_possible(cpu: u32) -> bool {
    let before = i32::try_from(cpu).map_or(-1, |cpu| cpu - 1);
    // SAFETY: The function takes any number from -1 on that is below the number of CPUs.
    (cpu as usize) < nr_cpu_ids() && unsafe { raw::proc2_next_possible_cpu(before) } == before + 1
}

/// A set of CPUs.
///
/// # Invariants
///
/// It has a bit for each number below [`nr_cpu_ids`].
pub(crate) struct CpuMask(KVec<c_ulong>);

impl CpuMask {
    /// The CPUs that are online and that the cgroup's tasks may run on, which is at least one:
    /// where all that its cpuset has are offline, they are the parent's.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn of(cgroup: &Cgroup) -> Result<Self> {
        let mut mask = KVec::new();
        #[expect(
            clippy::disallowed_methods,
            reason = "a bit for each CPU of the machine"
        )]
        mask.extend_with(nr_cpu_ids().div_ceil(WORD), 0, GFP_KERNEL)?;
        // INVARIANT: As many words as that takes.
        let mut mask = Self(mask);
        if !mask.fill(cgroup) {
            // SAFETY: By the type invariant the mask has room for all CPUs.
            unsafe { raw::proc2_online_cpus(mask.0.as_mut_ptr()) };
        }
        Ok(mask)
    }

    #[cfg(not(CONFIG_CPUSETS))]
    fn fill(&mut self, _cgroup: &Cgroup) -> bool {
        false
    }

    /// Fills it by the cgroup's cpuset; false if nothing of that is online.
    #[cfg(CONFIG_CPUSETS)]
    fn fill(&mut self, cgroup: &Cgroup) -> bool {
        let controller = &raw mut raw::cpuset_cgrp_subsys;
        // SAFETY: The controller is a static of the kernel.
        let Some(state) = (unsafe { State::of(cgroup, controller) }) else {
            return false;
        };
        let _rcu = kernel::sync::rcu::read_lock();
        let mut next = state.as_ptr();
        while !next.is_null() {
            // SAFETY: The state is valid, pins its parents, and is a cpuset's, as the controller's
            // are; by the type invariant the mask has room for all CPUs.
            unsafe {
                if raw::proc2_cpuset_online_cpus(next, self.0.as_mut_ptr()) {
                    return true;
                }
                next = (*next).parent;
            }
        }
        false
    }

    /// The CPUs in it, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + use<'_> {
        let has = |cpu: &usize| {
            let word = self.0.get(cpu / WORD);
            word.is_some_and(|word| word >> (cpu % WORD) & 1 != 0)
        };
        (0..nr_cpu_ids()).filter(has).map(|cpu| cpu as u32)
    }
}
