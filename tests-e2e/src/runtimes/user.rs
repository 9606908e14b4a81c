// SPDX-License-Identifier: GPL-2.0

//! The ordinary user of the VM, with a home and a runtime directory that are new.

use std::os::unix::fs::chown;
use std::process::Command;

use anyhow::Result;
use proc2_vm_init::{USER, USER_ID};

use crate::command::limited;
use crate::machine;

/// Where the user's files are.
pub(crate) struct User {
    pub(crate) home: String,
    run: String,
}

impl User {
    /// The user, who has other users to give to containers.
    pub(crate) fn new() -> Result<Self> {
        let (home, run) = (format!("/home/{USER}"), format!("/run/user/{USER_ID}"));
        for directory in [&home, &run] {
            machine::fresh(directory)?;
            chown(directory, Some(USER_ID), Some(USER_ID))?;
        }
        Ok(Self { home, run })
    }

    /// A command of the user's, as `limited()` makes one.
    pub(crate) fn limited(&self, program: &str) -> Result<Command> {
        let id = USER_ID.to_string();
        let mut command = limited("setpriv")?;
        command.args(["--reuid", &id, "--regid", &id, "--clear-groups", program]);
        command
            .env("HOME", &self.home)
            .env("USER", USER)
            .env("LOGNAME", USER)
            .env("XDG_RUNTIME_DIR", &self.run)
            .current_dir("/");
        Ok(command)
    }
}
