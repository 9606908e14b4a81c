// SPDX-License-Identifier: GPL-2.0

//! Control groups of the default hierarchy: where tasks are, and what the controllers limit and
//! count.

pub(crate) mod cgroup;
pub(crate) mod cpus;
#[cfg(CONFIG_BLK_CGROUP)]
pub(crate) mod disks;
#[cfg(CONFIG_MEMCG)]
pub(crate) mod memory;
#[cfg(not(CONFIG_CGROUP_SCHED))]
pub(crate) mod no_quota;
#[cfg(CONFIG_PSI)]
pub(crate) mod pressure;
#[cfg(CONFIG_CGROUP_SCHED)]
pub(crate) mod quota;
#[cfg(not(CONFIG_CGROUP_SCHED))]
pub(crate) use no_quota as quota;
mod state;
pub(crate) mod tasks;
pub(crate) mod times;
#[cfg(CONFIG_PSI)]
pub(crate) mod trigger;
