// SPDX-License-Identifier: GPL-2.0

//! Loading modules, and marks in the kernel log that say which one the lines between belong to.

use anyhow::{Context, Result};
use proc2_vm_init::{INSMOD_BEGIN, INSMOD_END};
use std::fs::{self, File};

/// Loads a module of the initramfs.
pub(crate) fn load(module: &str) -> Result<()> {
    kernel_log(&format!("{INSMOD_BEGIN} {module}"));
    let file = File::open(module).with_context(|| format!("cannot open {module}"))?;
    let loaded = rustix::system::finit_module(&file, c"", 0)
        .with_context(|| format!("the kernel refused {module}; its log says why"));
    kernel_log(&format!("{INSMOD_END} {module}"));
    loaded
}

/// Writes a line to the kernel log. Best effort: there is no better place to complain.
pub(crate) fn kernel_log(line: &str) {
    // Level 5, notice: shown, and no warning.
    let _ = fs::write("/dev/kmsg", format!("<5>{line}\n"));
}
