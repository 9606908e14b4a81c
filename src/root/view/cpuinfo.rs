// SPDX-License-Identifier: GPL-2.0

//! `cpuinfo`: what the architecture says of the CPUs that are shown.
//!
//! Mirrors [`fs/proc/cpuinfo.c`](srctree/fs/proc/cpuinfo.c).

use super::{
    file::{
        Reading,
        Text, //
    },
    times, //
};
use crate::rust_bindings::{
    cgroups::cgroup::Cgroup,
    procfs::{
        cpuinfo,
        view_file::KernelFile, //
    },
    vfs::seq::SeqFile, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum CpuInfo {}

impl Text for CpuInfo {
    const LONG: bool = true;

    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let size = buf.len();
        let (cpus, _) = times::shown(reading.view, cgroup)?;
        let len = SeqFile::over(buf, reading.file, |seq| {
            let fits = cpus.iter().take_while(|_| !seq.overflowed());
            fits.copied().try_for_each(|cpu| cpuinfo::show(seq, cpu))
        })?;
        Ok(len.unwrap_or(size.saturating_mul(2)))
    }
}
