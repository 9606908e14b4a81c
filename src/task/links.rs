// SPDX-License-Identifier: GPL-2.0

//! `cwd`, `root` and `exe`: links to where a task is and what it runs.
//!
//! Answers to `proc_cwd_link()`, `proc_root_link()` and `proc_exe_link()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    gate::{
        Permitted,
        Read, //
    },
    rust_bindings::{
        tasks::files,
        vfs::{
            inode::Inode,
            link::Path, //
        }, //
    }, //
};
use kernel::prelude::*;

/// The working directory.
pub(super) fn cwd(permitted: &Permitted<'_, Read>, _: &Inode) -> Result<Path> {
    files::cwd(permitted.task())
}

/// The root directory.
pub(super) fn root(permitted: &Permitted<'_, Read>, _: &Inode) -> Result<Path> {
    files::root(permitted.task())
}

/// The program.
pub(super) fn exe(permitted: &Permitted<'_, Read>, _: &Inode) -> Result<Path> {
    files::exe(permitted.task())
}
