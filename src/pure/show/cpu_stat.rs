// SPDX-License-Identifier: GPL-2.0

//! `stat` of a view (show_stat() in fs/proc/stat.c): a cgroup's times on its CPUs.
//!
//! What the machine's CPUs do for others is idle time here. What nobody counts for a cgroup is 0:
//! interrupts, context switches, forks.

use crate::pure::{
    text::Text,
    view::spread, //
};

/// What tasks have run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    /// In user mode, with a nice value of at most 0.
    pub(crate) user: u64,
    /// In user mode, with a nice value above 0.
    pub(crate) nice: u64,
    /// In the kernel.
    pub(crate) system: u64,
}

impl Busy {
    /// All of it.
    pub(crate) fn all(self) -> u64 {
        self.user
            .saturating_add(self.nice)
            .saturating_add(self.system)
    }

    /// With what else has run.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            user: self.user.saturating_add(other.user),
            nice: self.nice.saturating_add(other.nice),
            system: self.system.saturating_add(other.system),
        }
    }

    /// With each figure changed.
    pub(crate) fn map(self, change: impl Fn(u64) -> u64) -> Self {
        Self {
            user: change(self.user),
            nice: change(self.nice),
            system: change(self.system),
        }
    }
}

/// A CPU that is shown. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cpu {
    /// Its number.
    pub(crate) number: u32,
    /// How long it has been there: all its times, which no guest's are counted in twice.
    pub(crate) elapsed: u64,
    /// What the cgroup has run on it.
    pub(crate) busy: Busy,
}

/// The row of a CPU, in clock ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    number: u32,
    busy: Busy,
    idle: u64,
}

/// What a cgroup has run. Times are in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times<'a> {
    /// What it has run, on CPUs that are not shown too.
    pub(crate) busy: Busy,
    /// The CPUs that are shown.
    pub(crate) cpus: &'a [Cpu],
    /// Whether these are fewer than it may run on.
    pub(crate) cut: bool,
}

impl Times<'_> {
    /// The row of the `index`th CPU, where `ticks` makes clock ticks of nanoseconds.
    pub(crate) fn row(&self, index: usize, cpu: &Cpu, ticks: impl Fn(u64) -> u64) -> Row {
        let (busy, idle) = if self.cut {
            // What has run on all of its CPUs is spread over those that are shown: in ticks, so
            // that the rows add up.
            let part = |sum| spread(ticks(sum), index, self.cpus.len());
            let busy = self.busy.map(part);
            (busy, ticks(cpu.elapsed).saturating_sub(busy.all()))
        } else {
            let idle = cpu.elapsed.saturating_sub(cpu.busy.all());
            (cpu.busy.map(&ticks), ticks(idle))
        };
        Row {
            number: cpu.number,
            busy,
            idle,
        }
    }
}

impl Row {
    /// Shows no less idle time than `least`; returns what is shown.
    pub(crate) fn at_least(&mut self, least: u64) -> u64 {
        self.idle = self.idle.max(least);
        self.idle
    }

    /// The CPU's number.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

/// What the CPUs have not run, in clock ticks: what `uptime` shows too.
pub(crate) fn idle(rows: &[Row]) -> u64 {
    let idle = rows.iter().map(|row| row.idle);
    idle.fold(0, u64::saturating_add)
}

/// The whole file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuStat<'a> {
    /// What the cgroup has run on all CPUs, in ticks.
    pub(crate) busy: Busy,
    /// The CPUs.
    pub(crate) rows: &'a [Row],
    /// When the machine has started, in seconds.
    pub(crate) boot_time: u64,
    /// Tasks that run or could.
    pub(crate) running: u64,
    /// Tasks that wait for a disk.
    pub(crate) blocked: u64,
    /// How many kinds of software interrupts there are.
    pub(crate) softirqs: usize,
}

impl CpuStat<'_> {
    /// Writes it.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.bytes(b"cpu  ");
        line(self.busy, idle(self.rows), out);
        for row in self.rows {
            out.field(b"cpu", row.number.into());
            out.byte(b' ');
            line(row.busy, row.idle, out);
        }
        out.bytes(b"intr 0\nctxt 0\n");
        out.field(b"btime ", self.boot_time);
        out.field(b"\nprocesses 0\nprocs_running ", self.running);
        out.field(b"\nprocs_blocked ", self.blocked);
        out.bytes(b"\nsoftirq 0");
        for _ in 0..self.softirqs {
            out.bytes(b" 0");
        }
        out.byte(b'\n');
    }
}

/// The ten figures of a row.
fn line(busy: Busy, idle: u64, out: &mut Text<'_>) {
    out.dec(busy.user);
    out.field(b" ", busy.nice);
    out.field(b" ", busy.system);
    out.field(b" ", idle);
    // I/O wait, interrupts, what a hypervisor took, guests.
    out.bytes(b" 0 0 0 0 0 0\n");
}
