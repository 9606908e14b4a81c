// SPDX-License-Identifier: GPL-2.0

//! Loading and unloading the module. `PROC2_KO` names it, as `scripts/vm` sets it.

use std::ffi::CString;
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::time::Duration;

use anyhow::{bail, Context as _, Result};

use crate::{errno, fstype, is_procfs};

/// Its name.
pub const NAME: &str = "proc2";

/// The file that it is loaded from.
pub fn path() -> Result<String> {
    std::env::var("PROC2_KO").context("PROC2_KO must name the module file (scripts/vm sets it)")
}

/// Unloads without waiting; the error's name otherwise.
pub fn unload() -> Result<(), String> {
    // SAFETY: delete_module(2) takes a string and flags.
    let done =
        unsafe { libc::syscall(libc::SYS_delete_module, c"proc2".as_ptr(), libc::O_NONBLOCK) };
    if done == 0 {
        Ok(())
    } else {
        Err(errno::last())
    }
}

/// Unloads when what held the module is about to be gone; on a busy machine the kernel may take its time.
pub fn unload_soon() -> Result<()> {
    for _ in 0..6000 {
        match unload() {
            Ok(()) => return Ok(()),
            Err(error) if error == "EAGAIN" => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => bail!("unloading: {error}"),
        }
    }
    bail!("the module is still busy a minute after its last use")
}

/// Loads it.
pub fn load() -> Result<()> {
    try_load()?.context("finit_module")
}

/// Loads it; the inner result is the kernel's answer.
pub fn try_load() -> Result<rustix::io::Result<()>> {
    try_load_with("")
}

/// As [`try_load`], with parameters beside those that every test wants (`PROC2_PARAMETERS`).
pub fn try_load_with(parameters: &str) -> Result<rustix::io::Result<()>> {
    let file = File::open(path()?)?;
    let always = std::env::var("PROC2_PARAMETERS").unwrap_or_default();
    let all = CString::new(format!("{always} {parameters}"))?;
    Ok(rustix::system::finit_module(file.as_fd(), &all, 0))
}

/// The module is loaded with other parameters as long as this lives. Nothing of its type may be
/// mounted at the beginning or at the end.
pub struct LoadedWith(());

impl LoadedWith {
    /// Unloads it and loads it with `parameters`. Does nothing for procfs, which has none.
    pub fn new(parameters: &str) -> Result<Self> {
        if !is_procfs() {
            unload_soon()?;
            let loaded = Self(());
            try_load_with(parameters)?.with_context(|| format!("loading with {parameters}"))?;
            return Ok(loaded);
        }
        Ok(Self(()))
    }
}

impl Drop for LoadedWith {
    fn drop(&mut self) {
        if is_procfs() {
            return;
        }
        if registered_now() {
            if let Err(error) = unload_soon() {
                eprintln!("the module keeps its parameters: {error:#}");
            }
        }
        drop(Reload);
    }
}

/// The module is loaded when a test has ended, whatever it did.
pub struct Reload;

impl Drop for Reload {
    fn drop(&mut self) {
        if !registered_now() {
            let _ = load();
        }
    }
}

/// Whether the kernel knows the type.
pub fn registered_now() -> bool {
    let types = fs::read_to_string("/proc/filesystems").unwrap_or_default();
    types
        .lines()
        .any(|line| line == format!("nodev\t{}", fstype()))
}

/// Whether the kernel lists the module.
pub fn loaded_now() -> bool {
    let modules = fs::read_to_string("/proc/modules").unwrap_or_default();
    modules
        .lines()
        .any(|line| line.split(' ').next() == Some(NAME))
}

/// The kernel asks no program for modules that it lacks, as long as this lives. Otherwise mount(2) loads the module again where
/// it is installed.
pub struct NoLoader(Vec<u8>);

/// Where it stands whom the kernel asks.
const LOADER: &str = "/proc/sys/kernel/modprobe";

impl NoLoader {
    /// Until it is dropped.
    pub fn new() -> Result<Self> {
        let loader = fs::read(LOADER).context("the kernel's module loader")?;
        fs::write(LOADER, "\n")?;
        Ok(Self(loader))
    }
}

impl Drop for NoLoader {
    fn drop(&mut self) {
        if let Err(error) = fs::write(LOADER, &self.0) {
            eprintln!("the kernel keeps no module loader: {error}");
        }
    }
}
