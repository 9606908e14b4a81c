// SPDX-License-Identifier: GPL-2.0

//! mount(2), with words for its failure.

use anyhow::{Context, Result};
use rustix::mount::{mount, MountFlags};
use std::{ffi::CString, path::Path};

/// Mounts something.
pub(crate) fn place(
    source: &str,
    fstype: &str,
    target: impl AsRef<Path>,
    flags: MountFlags,
    options: &str,
) -> Result<()> {
    let target = target.as_ref();
    let data = CString::new(options)?;
    mount(source, target, fstype, flags, data.as_c_str())
        .with_context(|| format!("cannot mount {fstype} on {}", target.display()))
}

/// Mounts files of the host, to read.
pub(crate) fn place_host(tag: &str, target: &str) -> Result<()> {
    // "loose": nobody changes these files while the VM runs, and every lookup is a trip otherwise.
    let options = "trans=virtio,version=9p2000.L,msize=512000,cache=loose";
    place(tag, "9p", target, MountFlags::RDONLY, options)
}
