// SPDX-License-Identifier: GPL-2.0

//! `uptime`: how long the machine has been up, for the time namespace alone says otherwise, and
//! what the view's CPUs have not run.
//!
//! Mirrors [`fs/proc/uptime.c`](srctree/fs/proc/uptime.c).

use super::{
    file::{
        Reading,
        Text, //
    },
    times::{
        self,
        CgroupTimes, //
    }, //
};
use crate::{
    pure::{
        show::{
            cpu_stat,
            uptime, //
        },
        text, //
    },
    rust_bindings::{
        cgroups::{
            cgroup::Cgroup,
            times as machine, //
        },
        procfs::view_file::KernelFile, //
    }, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum Uptime {}

impl Text for Uptime {
    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let shown = times::shown(reading.view, cgroup)?;
        let (rows, _) = CgroupTimes::of(shown, cgroup)?.rows(reading.view, cgroup)?;
        let mut out = text::Text::new(buf);
        uptime::show(machine::up(), cpu_stat::idle(&rows), &mut out);
        Ok(out.len())
    }
}
