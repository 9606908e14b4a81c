// SPDX-License-Identifier: GPL-2.0

//! `proc2-runtime`, where `make install-runtime` puts it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Result;

use crate::command::built;

/// The folder, as the pages of docs/runtimes have it.
const FOLDER: &str = "/usr/local/bin";

/// Puts it there.
pub(crate) fn install() -> Result<()> {
    let program = Path::new(FOLDER).join("proc2-runtime");
    if program.exists() {
        return Ok(());
    }
    fs::create_dir_all(FOLDER)?;
    fs::copy(built("proc2-runtime")?, &program)?;
    for name in ["proc2-runc", "proc2-crun"] {
        symlink("proc2-runtime", Path::new(FOLDER).join(name))?;
    }
    Ok(())
}
