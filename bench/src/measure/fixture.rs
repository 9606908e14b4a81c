// SPDX-License-Identifier: GPL-2.0

//! Where things are measured: an instance of each type and a tmpfs, all as far below the working directory.

use std::ffi::CString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use proc2_e2e::mount::{attach, detached, options};
use rustix::mount::{unmount, UnmountFlags};

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Proc2,
    Procfs,
}

impl Side {
    /// The type of file system.
    pub(crate) fn fstype(self) -> &'static str {
        match self {
            Self::Proc2 => "proc2",
            Self::Procfs => "proc",
        }
    }
}

/// Does the same on both sides: proc2's result, and procfs's.
pub(crate) fn both(mut work: impl FnMut(Side) -> Result<f64>) -> Result<(f64, f64)> {
    Ok((
        work(Side::Proc2).context("in proc2")?,
        work(Side::Procfs).context("in procfs")?,
    ))
}

/// A mount in the working directory; gone with its directory when dropped.
pub(crate) struct Mount(String);

impl Mount {
    /// Mounts `fstype` on a new directory `name` of the working directory.
    pub(crate) fn new(fstype: &str, name: &str, list: &str) -> Result<Self> {
        let mount = detached(fstype, &options(list))?;
        fs::create_dir(name).with_context(|| format!("cannot make {name}"))?;
        attach(&mount, Path::new(name)).with_context(|| format!("attaching {fstype}"))?;
        Ok(Self(name.to_owned()))
    }

    /// A fresh instance with nothing cached, for one side of a comparison.
    pub(crate) fn fresh(side: Side, list: &str) -> Result<Self> {
        Self::new(side.fstype(), "fresh", list)
    }

    /// A path inside.
    pub(crate) fn path(&self, rest: &str) -> Result<CString> {
        Ok(CString::new(format!("{}/{rest}", self.0))?)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let gone = unmount(self.0.as_str(), UnmountFlags::DETACH).is_ok();
        if !gone || fs::remove_dir(&self.0).is_err() {
            eprintln!("bench: {} could not be unmounted", self.0);
        }
    }
}

/// The working directory, a tmpfs of its own, and what stays mounted in it. The names of the three are equally long.
pub(crate) struct Fixture {
    proc2: Mount,
    procfs: Mount,
    /// Where files with the sizes of the entries are.
    pub(crate) floor: Mount,
}

impl Fixture {
    /// Makes it and goes there.
    pub(crate) fn new() -> Result<Self> {
        let base = proc2_e2e::mount::new_directory()?;
        attach(&detached("tmpfs", &options("mode=755"))?, &base)?;
        std::env::set_current_dir(&base)?;
        Ok(Self {
            proc2: Mount::new("proc2", "proc-2", "")?,
            procfs: Mount::new("proc", "procfs", "")?,
            floor: Mount::new("tmpfs", "floor-", "mode=755")?,
        })
    }

    /// The instance that stays.
    pub(crate) fn mount(&self, side: Side) -> &Mount {
        match side {
            Side::Proc2 => &self.proc2,
            Side::Procfs => &self.procfs,
        }
    }
}
