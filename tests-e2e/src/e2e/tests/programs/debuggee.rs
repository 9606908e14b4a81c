// SPDX-License-Identifier: GPL-2.0

//! The program that debuggers are pointed at, started in the sandbox.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{bail, Context as _, Result};
use proc2_e2e::caller::Caller;
use rustix::process::{kill_process, Signal};

use super::sandbox::{Outcome, Running, Sandbox};

/// The program, and the pipe that it reads from.
pub(super) struct Debuggee {
    program: PathBuf,
    fifo: PathBuf,
}

impl Debuggee {
    /// Lays the program and the pipe where every user finds them.
    pub(super) fn lay(sandbox: &Sandbox) -> Result<Self> {
        let own = std::env::current_exe()?.with_file_name("debuggee");
        let program = sandbox.directory.join("debuggee");
        fs::copy(&own, &program).with_context(|| format!("copying {}", own.display()))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let fifo = sandbox.directory.join("fifo");
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::from(0o666));
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).context("making a pipe")?;
        Ok(Self { program, fifo })
    }

    /// Starts the program, always at the same addresses; returns when it waits for its byte.
    pub(super) fn start(&self, sandbox: &Sandbox, caller: &Caller, label: &str) -> Result<Waiting> {
        // Opened to read and to write, it needs nobody at the other end.
        let input = File::options().read(true).write(true).open(&self.fifo)?;
        let command = [
            "setarch".into(),
            "-R".into(),
            self.program.display().to_string(),
        ];
        let running = sandbox.start(caller, &command, input.try_clone()?, label)?;
        let waiting = Waiting { running, input };
        waiting.until("wchan", |text| text.contains("pipe_read"))?;
        Ok(waiting)
    }
}

/// The program as it waits for its byte.
pub(super) struct Waiting {
    running: Running,
    input: File,
}

impl Waiting {
    /// Waits until one of its entries, on the procfs outside the sandbox, says something.
    pub(super) fn until(&self, entry: &str, says: impl Fn(&str) -> bool) -> Result<()> {
        let path = format!("/proc/{}/{entry}", self.running.process.id());
        for _ in 0..10_000 {
            if says(&fs::read_to_string(&path).with_context(|| path.clone())?) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!(
            "{path} never says what is waited for: {:?}",
            fs::read_to_string(&path)
        )
    }

    /// Gives it its byte, and waits for its end.
    pub(super) fn release(mut self) -> Result<Outcome> {
        self.input.write_all(b"x")?;
        self.running.finish()
    }

    /// Ends it if nothing else has, and gives how it ended.
    pub(super) fn end(self) -> Result<Outcome> {
        kill_process(self.running.process.pid, Signal::QUIT)?;
        self.running.finish()
    }
}
