// SPDX-License-Identifier: GPL-2.0

//! What tests in the kernel need of it: mounts, lookups, listings, borrowed credentials, threads.
//!
//! Mounted by the KUnit module alone. Symbols of proc2.ko are not exported, so its tests see what
//! any user of a file system sees, through the VFS.

pub(crate) mod cred;
pub(crate) mod mount;
pub(crate) mod open;
pub(crate) mod registry;
pub(crate) mod thread;

/// proc2.ko's own, which its tests can take as it is: it needs no file system.
#[path = "../memory/scratch.rs"]
#[expect(dead_code, reason = "not all of it is tested here")]
pub(crate) mod scratch;
