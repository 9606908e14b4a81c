// SPDX-License-Identifier: GPL-2.0

//! The machine's files with the figures of a cgroup: which files, and what each is made of.
//!
//! A reader whose cgroup is the hierarchy's root, and everybody in an instance without `cgroup=`,
//! gets the kernel's own files.
//!
//! Locks: none of its own.

use crate::rust_bindings::procfs::view_file::ViewOps;
use file::text;

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

/// What takes the place of the kernel's own file of this name in the root. Patterns, for a table is
/// slower to search than a few bytes are compared, and each first lookup asks.
fn in_root(name: &[u8]) -> Option<&'static ViewOps> {
    Some(match name {
        b"cpuinfo" => text::<cpuinfo::CpuInfo>(),
        b"diskstats" => text::<diskstats::DiskStats>(),
        b"loadavg" => text::<loadavg::LoadAvg>(),
        b"meminfo" => text::<meminfo::MemInfo>(),
        b"stat" => text::<stat::Stat>(),
        b"swaps" => text::<swaps::Swaps>(),
        b"uptime" => text::<uptime::Uptime>(),
        _ => return None,
    })
}

/// The directory of the files below, which is in the root.
const PRESSURE: &[u8] = b"pressure";

/// What takes the place of the kernel's own file of this name in [`PRESSURE`].
fn in_pressure(name: &[u8]) -> Option<&'static ViewOps> {
    match name {
        #[cfg(CONFIG_PSI)]
        b"cpu" => Some(pressure::ops::<pressure::Cpu>()),
        #[cfg(CONFIG_PSI)]
        b"io" => Some(pressure::ops::<pressure::Io>()),
        #[cfg(all(CONFIG_PSI, CONFIG_IRQ_TIME_ACCOUNTING))]
        b"irq" => Some(pressure::ops::<pressure::Irq>()),
        #[cfg(CONFIG_PSI)]
        b"memory" => Some(pressure::ops::<pressure::Memory>()),
        _ => None,
    }
}

/// What takes the place of the kernel's own file of this name, in the root or in a directory of it.
pub(crate) fn find(dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
    match dir {
        None => in_root(name),
        Some(PRESSURE) => in_pressure(name),
        Some(_) => None,
    }
}

/// Whether a name of the root is that of such a file, or of a directory in which there is one.
pub(super) fn has(name: &[u8]) -> bool {
    in_root(name).is_some() || name == PRESSURE
}
