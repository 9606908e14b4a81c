// SPDX-License-Identifier: GPL-2.0

//! A VM that does things over and over while QEMU, told to through its monitor, logs each instruction for a while.

use super::super::{counting, program};
use super::trace::Symbols;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::vm;
use anyhow::{bail, ensure, Context, Result};
use proc2_bench::profile::GO;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long the VM may take to come to what is to be watched.
const PATIENCE: Duration = Duration::from_secs(300);

/// Files that the VM and QEMU write; gone with this.
pub(super) struct Watch {
    scratch: tempfile::TempDir,
    captured: vm::Captured,
    /// Whether the VM is gone.
    ended: AtomicBool,
}

impl Watch {
    /// Lets the bench in a VM do what `arguments` says, and `until` wait for the end of the watching.
    pub(super) fn new(
        tree: &Tree,
        modules: &Modules,
        arguments: impl FnOnce(&Self) -> Result<Vec<String>>,
        until: impl FnOnce(&Self) -> Result<()> + Send,
    ) -> Result<Self> {
        let scratch = tempfile::Builder::new()
            .prefix("proc2-profile.")
            .tempdir()?;
        let watch = Self {
            scratch,
            captured: vm::Captured::new(false),
            ended: AtomicBool::new(false),
        };
        let start = [
            "env".to_owned(),
            format!("PROC2_BENCH_SYMBOLS={}", watch.file("symbols").display()),
            format!("{GO}={}", watch.file("go").display()),
            program()?.display().to_string(),
        ];
        let command = [&start[..], &arguments(&watch)?].concat();
        let mut options = counting(modules)?;
        options.rw.push(watch.scratch.path().into());
        options.monitor = Some(watch.file("monitor"));
        let output = vm::Output::Captured(watch.captured.clone());
        thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let watched = watch.log(until);
                // However it went: the VM does not end by itself.
                let _ = tell(&watch.file("monitor"), &["quit"]);
                watched
            });
            let outcome = vm::run(tree.kernel(), &options, &command, output);
            watch.ended.store(true, Ordering::Relaxed);
            match watcher.join() {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => match outcome {
                    Ok(_) => Err(error.context(watch.captured.text())),
                    Err(other) => Err(error.context(format!("{other:#}"))),
                },
                Err(_) => bail!("the thread that watched the VM panicked"),
            }
        })?;
        Ok(watch)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// The VM's kernel functions.
    pub(super) fn symbols(&self) -> Result<Symbols> {
        Symbols::read(&self.file("symbols"))
    }

    /// QEMU's log.
    pub(super) fn trace(&self) -> PathBuf {
        self.file("trace")
    }

    /// Lets the VM begin, where it waits for that.
    pub(super) fn go(&self) -> Result<()> {
        fs::write(self.file("go"), "").context("cannot tell the VM to begin")
    }

    /// Waits until the VM has printed `text`.
    pub(super) fn printed(&self, text: &str, patience: Duration) -> Result<()> {
        self.wait(patience, || self.captured.text().contains(text))
            .with_context(|| format!("the VM did not come to print {text:?}"))
    }

    /// Waits until something is so, as long as the VM is there.
    pub(super) fn wait(&self, patience: Duration, so: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while !so() {
            let ended = self.ended.load(Ordering::Relaxed);
            ensure!(!ended, "the VM has ended");
            ensure!(start.elapsed() < patience, "it took too long");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits until the VM is ready, then has QEMU log until `until` returns.
    fn log(&self, until: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        self.printed("repeating ", PATIENCE)?;
        let monitor = self.file("monitor");
        let file = format!("logfile {}", self.trace().display());
        // The names of QEMU 8 and of older ones; the wrong one is an error that changes nothing.
        let single = ["one-insn-per-tb on", "singlestep on"];
        tell(
            &monitor,
            &[
                "stop",
                single[0],
                single[1],
                &file,
                "log exec,nochain",
                "cont",
            ],
        )?;
        until(self)?;
        tell(&monitor, &["stop", "log none"])
    }
}

/// Types lines at QEMU's monitor, each when it has prompted again.
fn tell(monitor: &Path, lines: &[&str]) -> Result<()> {
    let socket = UnixStream::connect(monitor).context("no connection to QEMU's monitor")?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let prompt = || -> Result<()> {
        let (mut seen, mut byte) = (Vec::new(), [0]);
        while !seen.ends_with(b"(qemu) ") {
            let read = (&socket).read_exact(&mut byte);
            read.context("QEMU's monitor is silent")?;
            seen.push(byte[0]);
        }
        Ok(())
    };
    for line in lines {
        prompt()?;
        (&socket).write_all(format!("{line}\n").as_bytes())?;
    }
    prompt()
}
