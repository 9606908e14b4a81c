// SPDX-License-Identifier: GPL-2.0

//! A root that can be written: a folder of the host over the host's root, and memory over both. So
//! programs that are not installed are where they expect to be, and what they write is gone with
//! the VM.

use crate::place::{place, place_host};
use anyhow::{Context, Result};
use proc2_vm_init::{OVER_TAG, ROOT_TAG};
use rustix::mount::{unmount, MountFlags, UnmountFlags};
use std::fs;

const LOWER: &str = "/lower";
const OVER: &str = "/over";
const UPPER: &str = "/upper";

/// Mounts that root.
pub(crate) fn place_root(target: &str) -> Result<()> {
    for directory in [LOWER, OVER, UPPER] {
        fs::create_dir_all(directory)?;
    }
    place_host(ROOT_TAG, LOWER)?;
    place_host(OVER_TAG, OVER)?;
    place("tmpfs", "tmpfs", UPPER, MountFlags::empty(), "mode=755")?;
    for directory in ["root", "work"] {
        fs::create_dir(format!("{UPPER}/{directory}"))?;
    }
    let options = format!("lowerdir={OVER}:{LOWER},upperdir={UPPER}/root,workdir={UPPER}/work");
    place("overlay", "overlay", target, MountFlags::empty(), &options)?;
    // The overlay has mounts of its own of them: nothing else is to lead there.
    for directory in [LOWER, OVER, UPPER] {
        unmount(directory, UnmountFlags::DETACH)
            .with_context(|| format!("cannot unmount {directory} of the initramfs"))?;
    }
    Ok(())
}
