// SPDX-License-Identifier: GPL-2.0

//! The machine's files with the figures of a cgroup: which files, and what each is made of.
//!
//! A reader whose cgroup is the hierarchy's root, and everybody in an instance without `cgroup=`,
//! gets the kernel's own files.
//!
//! Locks: none of its own.

use crate::rust_bindings::procfs::view_file::ViewOps;
use file::{
    text,
    Row, //
};

mod cpuinfo;
mod diskstats;
mod file;
mod loadavg;
mod meminfo;
#[cfg(CONFIG_PSI)]
mod pressure;
mod stat;
mod swaps;
mod times;
mod uptime;

const ROWS: &[Row] = &[
    text::<cpuinfo::CpuInfo>("cpuinfo"),
    text::<diskstats::DiskStats>("diskstats"),
    text::<loadavg::LoadAvg>("loadavg"),
    text::<meminfo::MemInfo>("meminfo"),
    text::<stat::Stat>("stat"),
    text::<swaps::Swaps>("swaps"),
    text::<uptime::Uptime>("uptime"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Cpu>("cpu"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Io>("io"),
    #[cfg(all(CONFIG_PSI, CONFIG_IRQ_TIME_ACCOUNTING))]
    pressure::row::<pressure::Irq>("irq"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Memory>("memory"),
];

/// What takes the place of the kernel's own file of this name, in the root or in a directory of it.
pub(crate) fn find(dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
    let found = ROWS
        .iter()
        .find(|row| row.name.as_bytes() == name && row.dir.map(str::as_bytes) == dir);
    found.map(|row| row.ops)
}

/// Whether a name of the root is that of such a file, or of a directory in which there is one.
pub(super) fn has(name: &[u8]) -> bool {
    ROWS.iter()
        .any(|row| row.dir.unwrap_or(row.name).as_bytes() == name)
}
