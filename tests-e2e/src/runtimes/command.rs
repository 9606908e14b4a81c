// SPDX-License-Identifier: GPL-2.0

//! Programs that run to their end, with a limit on their time, and what they said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::patience::limit;
use rustix::process::{kill_process, Pid, Signal};

/// Seconds that a program may take: on an emulated CPU, a Go program needs some to start.
const LIMIT: u32 = 240;

/// How a program ended, and what it said.
pub(crate) struct Done {
    what: String,
    /// Its exit status; as in a shell, 128 + n for signal n.
    pub(crate) status: i32,
    /// Its standard output.
    pub(crate) output: String,
    /// Its standard error.
    pub(crate) errors: String,
}

impl Done {
    /// Its standard output, if it went well.
    pub(crate) fn well(self) -> Result<String> {
        ensure!(self.status == 0, "{self}");
        Ok(self.output)
    }
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            status,
            output,
            errors,
        } = self;
        write!(
            f,
            "{what} ended with status {status}\n--- output\n{output}\n--- errors\n{errors}"
        )
    }
}

/// Runs a program with arguments to its end.
pub(crate) fn run(program: impl AsRef<Path>, arguments: &[&str]) -> Result<Done> {
    let mut command = limited(program)?;
    command.args(arguments);
    finish(command)
}

/// A command that ends the program when it takes too long; options and input can be added.
pub(crate) fn limited(program: impl AsRef<Path>) -> Result<Command> {
    let path = find(program.as_ref())?;
    let mut command = Command::new("timeout");
    command.args(["-k", "10", &limit(LIMIT).to_string()]);
    command.arg(path).stdin(Stdio::null());
    Ok(command)
}

/// Runs such a command to its end.
pub(crate) fn finish(mut command: Command) -> Result<Done> {
    let words: Vec<_> = command.get_args().skip(3).collect();
    let what = words.join(" ".as_ref()).to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("cannot run {what}"))?;
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    Ok(Done {
        // A script in an argument says nothing here.
        what: what
            .split("/bin/sh -c")
            .next()
            .unwrap_or_default()
            .to_owned(),
        status: status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&stdout).into_owned(),
        errors: String::from_utf8_lossy(&stderr).into_owned(),
    })
}

/// Where a program is: a path, or a name on PATH.
pub(crate) fn find(program: &Path) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = std::env::split_paths(&path).map(|folder| folder.join(program));
    let found = all.find(|path| path.exists());
    found.with_context(|| {
        let list = "scripts/runtimes/packages";
        format!(
            "{} is not there; its package should be in {list}",
            program.display()
        )
    })
}

/// A program that cargo built and scripts/dev/src/runtimes.rs names the package of.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("PROC2_PROGRAMS");
    let folder = folder.context("PROC2_PROGRAMS is not set: start this by make test-runtimes")?;
    let path = PathBuf::from(folder).join(name);
    ensure!(path.exists(), "{} was not built", path.display());
    Ok(path)
}

/// The ids of all processes.
pub(crate) fn processes() -> Result<BTreeSet<i32>> {
    let all = std::fs::read_dir("/proc")?.flatten();
    Ok(all
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect())
}

/// Ends all processes that were not there before: what a runtime has left behind is the VM's alone,
/// and must not be in the way of the next test.
pub(crate) fn end_others(before: &BTreeSet<i32>) -> Result<()> {
    for _ in 0..100 {
        let others = processes()?.into_iter().filter(|id| !before.contains(id));
        // A kernel thread has no program, and is none of a runtime's; a dead one has none either.
        let others: Vec<_> = others
            .filter(|id| std::fs::read_link(format!("/proc/{id}/exe")).is_ok())
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        for id in others.into_iter().filter_map(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(id, Signal::KILL);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    bail!("processes of this test cannot be ended")
}
