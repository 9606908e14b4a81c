// SPDX-License-Identifier: GPL-2.0

//! `cwd`, `root` and `exe`: links to where a task is and what it runs.
//!
//! Mirrors `proc_cwd_link()`, `proc_root_link()` and `proc_exe_link()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        link::LinkEntry,
        request::Which, //
    },
    gate::{
        ptrace::Read,
        Permitted, //
    },
    rust_bindings::{
        tasks::files,
        vfs::link::Path, //
    }, //
};
use kernel::prelude::*;

/// `cwd`: the working directory.
pub(super) struct Cwd;

impl LinkEntry<Read> for Cwd {
    fn target(permitted: &Permitted<'_, Read>, _which: Which<'_>) -> Result<Path> {
        files::cwd(permitted.task())
    }
}

/// `root`: the root directory.
pub(super) struct Root;

impl LinkEntry<Read> for Root {
    fn target(permitted: &Permitted<'_, Read>, _which: Which<'_>) -> Result<Path> {
        files::root(permitted.task())
    }
}

/// `exe`: the program.
pub(super) struct Exe;

impl LinkEntry<Read> for Exe {
    fn target(permitted: &Permitted<'_, Read>, _which: Which<'_>) -> Result<Path> {
        files::exe(permitted.task())
    }
}
