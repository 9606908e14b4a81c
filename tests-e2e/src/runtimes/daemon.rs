// SPDX-License-Identifier: GPL-2.0

//! Daemons that containers are asked of, and the wait for their sockets.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{bail, Context as _, Result};
use proc2_e2e::patience::limit;

use crate::command::find;

/// Seconds until it listens.
const LIMIT: u32 = 180;

/// A daemon that runs; ended when dropped.
pub(crate) struct Daemon {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// Starts it, and waits until its socket answers.
    pub(crate) fn start(program: &str, arguments: &[&str], socket: &str) -> Result<Self> {
        let log = proc2_e2e::mount::new_directory()?.join("log");
        let child = Command::new(find(program.as_ref())?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let name = program.to_owned();
        let mut daemon = Self { name, child, log };
        let end = Instant::now() + Duration::from_secs(limit(LIMIT).into());
        while UnixStream::connect(socket).is_err() {
            if let Some(status) = daemon.child.try_wait()? {
                bail!("{program} ended ({status}):\n{}", daemon.said());
            }
            if Instant::now() > end {
                bail!("{program} does not listen on {socket}:\n{}", daemon.said());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(daemon)
    }

    /// Adds what the daemon said to an error.
    pub(crate) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        result.with_context(|| format!("{} said:\n{}\n---", self.name, self.said()))
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // What it has started ends with the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
