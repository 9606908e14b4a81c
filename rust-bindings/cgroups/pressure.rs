// SPDX-License-Identifier: GPL-2.0

//! How much a cgroup's tasks wait for what others take.
//!
//! Locks: the group's `avgs_lock`, inside the kernel's functions, which sleep.
//!
//! C source: [`kernel/sched/psi.c`](srctree/kernel/sched/psi.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        cpus, //
    },
    errno,
    raw,
    vfs::seq::SeqFile, //
};
use core::ptr::NonNull;
use kernel::{
    error::to_result,
    prelude::*, //
};

/// What tasks can wait for.
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    /// Disks.
    Io,
    /// Memory.
    Memory,
    /// CPUs.
    Cpu,
    /// The end of interrupts.
    #[cfg(CONFIG_IRQ_TIME_ACCOUNTING)]
    Irq,
}

impl Resource {
    pub(super) fn as_raw(self) -> raw::psi_res {
        match self {
            Self::Io => raw::psi_res_PSI_IO,
            Self::Memory => raw::psi_res_PSI_MEM,
            Self::Cpu => raw::psi_res_PSI_CPU,
            #[cfg(CONFIG_IRQ_TIME_ACCOUNTING)]
            Self::Irq => raw::psi_res_PSI_IRQ,
        }
    }
}

/// What is kept of a cgroup, which keeps it.
pub(super) fn group(cgroup: &Cgroup) -> Option<NonNull<raw::psi_group>> {
    // SAFETY: The cgroup is valid; the pointer never changes.
    NonNull::new(unsafe { (*cgroup.as_ptr()).psi })
}

/// The same, as long as it is kept.
///
/// # Errors
///
/// `EOPNOTSUPP`.
pub(super) fn enabled(cgroup: &Cgroup) -> Result<NonNull<raw::psi_group>> {
    let group = group(cgroup).ok_or_else(errno::not_supported)?;
    // SAFETY: The cgroup keeps the group; the flag is a byte, stored in one go.
    let enabled = unsafe { (&raw const (*group.as_ptr()).enabled).read_volatile() };
    // Otherwise the averages stand still, and the cgroup's own files are not there.
    if enabled {
        Ok(group)
    } else {
        Err(errno::not_supported())
    }
}

/// Writes what the cgroup's own file has. Sleeps.
///
/// # Errors
///
/// `EOPNOTSUPP` where nothing is kept, or is no longer.
pub(crate) fn show(seq: &SeqFile, cgroup: &Cgroup, resource: Resource) -> Result {
    let group = enabled(cgroup)?;
    // SAFETY: The cgroup keeps the group, and the seq_file is ours for the time of the record.
    to_result(unsafe { raw::psi_show(seq.as_ptr(), group.as_ptr(), resource.as_raw()) })
}

/// How many tasks run or could, and how many wait for a disk; `None` where that is not kept.
pub(crate) fn counts(cgroup: &Cgroup) -> Option<(u64, u64)> {
    let group = group(cgroup)?.as_ptr();
    let mut counts = (0, 0);
    for cpu in cpus::possible() {
        // SAFETY: The cgroup keeps the group, which has a place for each possible CPU.
        unsafe {
            counts.0 += u64::from(raw::proc2_psi_running(group, cpu as i32));
            counts.1 += u64::from(raw::proc2_psi_iowait(group, cpu as i32));
        }
    }
    Some(counts)
}
