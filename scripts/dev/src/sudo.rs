// SPDX-License-Identifier: GPL-2.0

//! Programs that must run as root.

use rustix::process::geteuid;
use std::process::Command;

/// A program, by `sudo` unless we are root.
pub(crate) fn command(program: &str) -> Command {
    if geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg(program);
    command
}
