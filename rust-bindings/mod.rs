// SPDX-License-Identifier: GPL-2.0

//! The only home of `unsafe` and of raw bindings: one file per kernel concept, each a small safe
//! wrapper.
//!
//! What stands here is written as it would be for the kernel crate: typed, documented, minimal. It
//! depends on the kernel crate and on nothing of proc2's; and nothing but [`procfs`] itself depends
//! on what only proc2 wants.

// `struct proc_inode` keeps a word of 64 bits in the place of a pointer, and so do files that
// remember a position.
const _: () = assert!(usize::BITS == 64, "proc2 is for 64-bit kernels");

mod layout;
mod raw;

#[cfg(CONFIG_CGROUPS)]
pub(crate) mod cgroups;
pub(crate) mod credentials;
pub(crate) mod errno;
pub(crate) mod memory;
pub(crate) mod procfs;
pub(crate) mod tasks;
pub(crate) mod vfs;
