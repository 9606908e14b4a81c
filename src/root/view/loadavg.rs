// SPDX-License-Identifier: GPL-2.0

//! `loadavg`.
//!
//! Mirrors [`fs/proc/loadavg.c`](srctree/fs/proc/loadavg.c).

use super::{
    file::{
        Reading,
        Text, //
    },
    stat, //
};
use crate::{
    pure::{
        show::loadavg,
        text, //
    },
    rust_bindings::{
        cgroups::{
            cgroup::Cgroup,
            tasks, //
        },
        procfs::view_file::KernelFile, //
    }, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum LoadAvg {}

impl Text for LoadAvg {
    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let shown = loadavg::LoadAvg {
            load: reading.view.load(),
            running: stat::counts(cgroup).0,
            threads: tasks::threads(cgroup),
            last_pid: tasks::last_pid(),
        };
        let mut out = text::Text::new(buf);
        shown.show(&mut out);
        Ok(out.len())
    }
}
