// SPDX-License-Identifier: GPL-2.0

//! An ordinary user for some steps, in a process that is root before and after.

use anyhow::{ensure, Result};
use proc2_e2e::caller::USER;
use proc2_e2e::errno;

/// While it lives, the process acts as the ordinary user, without groups and capabilities.
pub(super) struct User(());

fn act_as(id: u32) -> Result<()> {
    // SAFETY: these calls take numbers and no memory.
    unsafe {
        let none: *const libc::gid_t = std::ptr::null();
        if id != 0 {
            ensure!(
                libc::setgroups(0, none) == 0,
                "setgroups: {}",
                errno::last()
            );
            ensure!(libc::setegid(id) == 0, "setegid: {}", errno::last());
        }
        // Capabilities in effect go with the id and come back with it.
        ensure!(libc::seteuid(id) == 0, "seteuid: {}", errno::last());
        if id == 0 {
            ensure!(libc::setegid(0) == 0, "setegid: {}", errno::last());
        }
    }
    Ok(())
}

impl User {
    /// Becomes the user, who is no member of the group that `hidepid=` exempts by default.
    pub(super) fn enter() -> Result<Self> {
        act_as(USER)?;
        Ok(Self(()))
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = act_as(0);
    }
}
