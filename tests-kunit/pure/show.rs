// SPDX-License-Identifier: GPL-2.0

mod cpu_stat;
mod diskstats;
mod fdinfo;
mod id_map;
mod io;
mod ksm;
mod limits;
mod loadavg;
mod maps;
mod meminfo;
mod oom_score;
mod personality;
mod schedstat;
mod stack_depth;
mod stat;
mod state;
mod statm;
pub(crate) mod status;
mod swaps;
mod syscall;
pub(crate) mod tasks;
mod timens_offsets;
mod timers;
mod uptime;
