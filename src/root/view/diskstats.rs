// SPDX-License-Identifier: GPL-2.0

//! `diskstats`: what the cgroup has moved to and from disks.
//!
//! Mirrors `diskstats_show()` of [`block/genhd.c`](srctree/block/genhd.c).

use super::file::{
    Reading,
    Text, //
};
use crate::{
    pure::text,
    rust_bindings::{
        cgroups::cgroup::Cgroup,
        procfs::view_file::KernelFile, //
    }, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum DiskStats {}

impl Text for DiskStats {
    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(_reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let mut out = text::Text::new(buf);
        disks(cgroup, &mut out)?;
        Ok(out.len())
    }
}

#[cfg(not(CONFIG_BLK_CGROUP))]
fn disks(_cgroup: &Cgroup, _out: &mut text::Text<'_>) -> Result {
    Ok(())
}

#[cfg(CONFIG_BLK_CGROUP)]
fn disks(cgroup: &Cgroup, out: &mut text::Text<'_>) -> Result {
    use crate::{
        pure::show::diskstats::{
            Disk,
            Moved, //
        },
        rust_bindings::cgroups::disks, //
    };

    for disk in disks::of(cgroup)? {
        let [ios, bytes] = [disk.ios, disk.bytes];
        // As `io.stat`, which has no line of a disk that nothing was moved to or from.
        if [ios, bytes].as_flattened().iter().all(|moved| *moved == 0) {
            continue;
        }
        let moved = |kind: usize| Moved {
            ios: ios.get(kind).copied().unwrap_or(0),
            bytes: bytes.get(kind).copied().unwrap_or(0),
        };
        let shown = Disk {
            device: disk.device,
            name: disk.name(),
            read: moved(0),
            written: moved(1),
            discarded: moved(2),
        };
        shown.show(out);
    }
    Ok(())
}
