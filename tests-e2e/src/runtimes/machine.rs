// SPDX-License-Identifier: GPL-2.0

//! What a test finds in the VM as on a machine that has just started: nothing in `/run`, a home that
//! root can read, whoever runs the VM, a loopback interface, and no other Docker than Debian's.

use std::fs;

use anyhow::{Context as _, Result};
use rustix::mount::{mount, MountFlags};

use crate::command::run;

/// Where Debian's packages have their programs, and behind these, where ours are installed.
pub(crate) const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin";

/// Makes it so.
pub(crate) fn begin() -> Result<()> {
    fresh("/run")?;
    // An ordinary user who runs the VM cannot read it, and so nobody in the VM can. Where it can be
    // read, the tests' programs may be in it.
    if fs::read_dir("/root").is_err() {
        fresh("/root")?;
    }
    // containerd listens on it.
    run("busybox", &["ifconfig", "lo", "up"])?.well()?;
    Ok(())
}

/// Mounts a fresh filesystem on a directory, which is made if it is not there. Places for images
/// and containers are such ones, for layers cannot be on top of the VM's root, which is made of
/// layers itself. Gone with the test's mount namespace.
pub(crate) fn fresh(directory: &str) -> Result<()> {
    fs::create_dir_all(directory)?;
    mount(
        "tmpfs",
        directory,
        "tmpfs",
        MountFlags::empty(),
        Some(c"mode=755"),
    )
    .with_context(|| format!("mounting tmpfs on {directory}"))
}
