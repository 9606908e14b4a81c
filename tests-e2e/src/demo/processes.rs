// SPDX-License-Identifier: GPL-2.0

//! Processes of several users: plain ones, one with threads, and a pid namespace.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::become_user;
use proc2_e2e::child::Sleeper;
use proc2_e2e::target_kinds::start_thread;
use rustix::process::{set_parent_process_death_signal, Signal};

/// Accounts that every Debian has.
pub(crate) const DAEMON: u32 = 1;
pub(crate) const WWW_DATA: u32 = 33;
pub(crate) const NOBODY: u32 = 65534;

/// The processes on show; they end with this.
pub(crate) struct Processes {
    sleepers: Vec<Child>,
    pub(crate) threaded: Sleeper,
    pub(crate) inner: Sleeper,
}

impl Processes {
    /// Starts them.
    pub(crate) fn start() -> Result<Self> {
        let sleepers = [
            (0, "1000"),
            (DAEMON, "1001"),
            (WWW_DATA, "1033"),
            (NOBODY, "65534"),
        ];
        let sleepers = sleepers
            .map(|(uid, seconds)| sleep(uid, seconds))
            .into_iter()
            .collect::<Result<_>>()?;
        let threaded = Sleeper::new(|| {
            become_user(WWW_DATA)?;
            rustix::thread::set_name(c"threaded")?;
            (0..3).try_for_each(|n| start_thread(&format!("worker-{n}")))
        })?;
        let inner = Sleeper::with_flags(libc::CLONE_NEWPID, || {
            rustix::thread::set_name(c"inner-init")?;
            for uid in [DAEMON, NOBODY] {
                // Ends with its namespace.
                std::mem::forget(sleep(uid, "2000")?);
            }
            Ok(())
        })?;
        Ok(Self {
            sleepers,
            threaded,
            inner,
        })
    }

    /// The ids of the plain processes: root's, daemon's, www-data's, nobody's.
    pub(crate) fn ids(&self) -> Vec<u32> {
        self.sleepers.iter().map(Child::id).collect()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.sleepers {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs sleep(1) as a user.
fn sleep(uid: u32, seconds: &str) -> Result<Child> {
    let mut command = Command::new("sleep");
    command.arg(seconds);
    // SAFETY: the closure makes system calls and allocates, in a program without threads.
    unsafe {
        command.pre_exec(move || {
            become_user(uid).map_err(std::io::Error::other)?;
            set_parent_process_death_signal(Some(Signal::KILL))?;
            Ok(())
        })
    };
    let child = command.spawn().context("starting sleep(1)")?;
    ensure!(child.id() > 0, "sleep(1) has no id");
    Ok(child)
}
