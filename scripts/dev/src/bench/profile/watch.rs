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

/// How long it may take for all of them, with each instruction logged.
const WHOLE: Duration = Duration::from_secs(1800);

/// Files that the VM and QEMU write; gone with this.
pub(crate) struct Watch {
    scratch: tempfile::TempDir,
    captured: vm::Captured,
    /// Whether the VM is gone.
    ended: AtomicBool,
}

impl Watch {
    /// Lets the bench in a VM of so many CPUs do what `arguments` says, and `watching` look on once it is about to.
    pub(crate) fn new<R: Send>(
        tree: &Tree,
        modules: &Modules,
        cpus: u32,
        arguments: impl FnOnce(&Self) -> Result<Vec<String>>,
        watching: impl FnOnce(&Self) -> Result<R> + Send,
    ) -> Result<(Self, R)> {
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
        options.counted = cpus;
        options.rw.push(watch.scratch.path().into());
        options.monitor = Some(watch.file("monitor"));
        let output = vm::Output::Captured(watch.captured.clone());
        let seen = thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let ready = watch.printed("repeating ", PATIENCE);
                let watched = ready.and_then(|()| watching(&watch));
                // However it went: the VM does not end by itself.
                let _ = watch.tell(&["quit"]);
                watched
            });
            let outcome = vm::run(tree.kernel(), &options, &command, output);
            watch.ended.store(true, Ordering::Relaxed);
            match watcher.join() {
                Ok(Ok(seen)) => Ok(seen),
                Ok(Err(error)) => match outcome {
                    Ok(_) => Err(error.context(watch.captured.text())),
                    Err(other) => Err(error.context(format!("{other:#}"))),
                },
                Err(_) => bail!("the thread that watched the VM panicked"),
            }
        })?;
        Ok((watch, seen))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// The VM's kernel functions.
    pub(crate) fn symbols(&self) -> Result<Symbols> {
        Symbols::read(&self.file("symbols"))
    }

    /// QEMU's log.
    pub(crate) fn trace(&self) -> PathBuf {
        self.file("trace")
    }

    /// Writes a file of things for the bench to do, each in proc2 or procfs.
    pub(crate) fn list(&self, pairs: &[(&str, &str)]) -> Result<PathBuf> {
        let (file, mut list) = (self.file("things"), String::new());
        for (thing, side) in pairs {
            list += &format!("{thing} {side}\n");
        }
        fs::write(&file, list).context("cannot tell the VM what to do")?;
        Ok(file)
    }

    /// Lets the VM begin, where it waits for that, and waits until all is done, or in vain.
    pub(crate) fn each_is_done(&self, in_vain: &dyn Fn() -> bool) -> Result<()> {
        fs::write(self.file("go"), "").context("cannot tell the VM to begin")?;
        let done = || self.captured.text().contains("repeated each");
        self.wait(WHOLE, || done() || in_vain())
            .context("the VM did not do all that was to be watched")
    }

    /// Waits until the VM has printed `text`.
    pub(crate) fn printed(&self, text: &str, patience: Duration) -> Result<()> {
        self.wait(patience, || self.captured.text().contains(text))
            .with_context(|| format!("the VM did not come to print {text:?}"))
    }

    /// Waits until something is so, as long as the VM is there.
    pub(crate) fn wait(&self, patience: Duration, so: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while !so() {
            let ended = self.ended.load(Ordering::Relaxed);
            ensure!(!ended, "the VM has ended");
            ensure!(start.elapsed() < patience, "it took too long");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Has QEMU log each instruction, and what else `more` says of it, until `until` returns.
    pub(crate) fn log(&self, more: &str, until: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let file = format!("logfile {}", self.trace().display());
        // The names of QEMU 8 and of older ones; the wrong one is an error that changes nothing.
        let single = ["one-insn-per-tb on", "singlestep on"];
        let log = format!("log exec,nochain{more}");
        self.tell(&["stop", single[0], single[1], &file, &log, "cont"])?;
        until(self)?;
        self.tell(&["stop", "log none"])
    }

    /// Has QEMU write a part of the kernel's memory into a file, and reads it.
    pub(crate) fn memory(&self, start: u64, size: u64) -> Result<Vec<u8>> {
        let file = self.file("memory");
        // Without quotes the path would be divided by.
        let save = format!("memsave {start:#x} {size} \"{}\"", file.display());
        self.tell(&["stop", &save, "cont"])?;
        let bytes = fs::read(&file).context("QEMU has saved no memory")?;
        ensure!(
            bytes.len() as u64 == size,
            "QEMU has saved {} bytes of {size} at {start:#x}",
            bytes.len()
        );
        Ok(bytes)
    }

    fn tell(&self, lines: &[&str]) -> Result<()> {
        tell(&self.file("monitor"), lines)
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
