// SPDX-License-Identifier: GPL-2.0

//! The text of task entries, and of the machine's in a view: for each format a struct with what it
//! shows, and `show()`.
//!
//! The structs hold plain numbers that are already what the reader may see: pids of the instance's
//! pid namespace, ids mapped to the reader's user namespace. What depends on the kernel's
//! configuration is an `Option`, so that the formats themselves don't.

pub(crate) mod cpu_stat;
pub(crate) mod diskstats;
pub(crate) mod fdinfo;
pub(crate) mod id_map;
pub(crate) mod io;
pub(crate) mod ksm;
pub(crate) mod limits;
pub(crate) mod loadavg;
pub(crate) mod maps;
pub(crate) mod meminfo;
pub(crate) mod oom_score;
pub(crate) mod personality;
pub(crate) mod schedstat;
#[cfg_attr(not(CONFIG_KSTACK_ERASE_METRICS), allow(dead_code))]
pub(crate) mod stack_depth;
pub(crate) mod stat;
pub(crate) mod state;
pub(crate) mod statm;
pub(crate) mod status;
pub(crate) mod swaps;
pub(crate) mod syscall;
pub(crate) mod tasks;
pub(crate) mod timens_offsets;
pub(crate) mod timers;
pub(crate) mod uptime;
