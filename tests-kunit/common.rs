// SPDX-License-Identifier: GPL-2.0

//! What the tests in the kernel share, which mount instances and stand by the same paths as in
//! `src/`.
//!
//! A failed assertion ends the thread without running destructors. So a test does its work in a
//! closure that gives back plain values, and asserts when its mounts, files and threads are gone.

use crate::testing::mount::Mount;
use crate::testing::open::{
    OpenFile,
    READ, //
};
use kernel::prelude::*;

/// Mounts an instance.
pub(crate) fn instance(options: &CStr) -> Result<Mount> {
    Mount::new(c"proc2", options)
}

/// How often an open directory lists `name`, read from its beginning.
pub(crate) fn lists(directory: &OpenFile, name: &str) -> Result<usize> {
    let entries = directory.open(fmt!("."), READ)?.list()?;
    let named = entries
        .iter()
        .filter(|entry| &*entry.name == name.as_bytes());
    Ok(named.count())
}

/// Whether the root lists `/<pid>`.
pub(crate) fn lists_task(mount: &Mount, pid: u32) -> Result<bool> {
    let entries = mount.open(fmt!("."), READ)?.list()?;
    let number = |name: &[u8]| core::str::from_utf8(name).ok()?.parse().ok();
    Ok(entries.iter().any(|entry| number(&entry.name) == Some(pid)))
}
