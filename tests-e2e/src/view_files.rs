// SPDX-License-Identifier: GPL-2.0

//! The files that a view of a cgroup replaces, said apart from the module's own table.

/// All of them, in the root and in a directory of it.
pub const FILES: [&str; 10] = [
    "cpuinfo",
    "diskstats",
    "loadavg",
    "meminfo",
    "stat",
    "swaps",
    "uptime",
    "pressure/cpu",
    "pressure/io",
    "pressure/memory",
];
