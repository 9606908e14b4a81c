// SPDX-License-Identifier: GPL-2.0

//! Operations on one path of a mounted tree; each gives its outcome as text that is the same for
//! two trees that behave alike.
//!
//! No probe writes data or follows a link to change something: what the links lead to is real.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use anyhow::{Context as _, Result};
use rustix::fs::{open, openat, statat, AtFlags, FileType, Mode, OFlags};

mod any;
mod change;
mod directory;
mod ioctl;
mod link;
mod place;
mod regular;
mod ring;
mod transfer;
mod vector;

pub use any::{show_identity, show_stat};
pub use directory::listing;
pub use regular::{read_all, write_outcome};

/// A path below the root of a tree.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The root of the tree.
    pub root: BorrowedFd<'a>,
    /// The path below it.
    pub path: &'a str,
}

impl At<'_> {
    /// Opens the path.
    pub fn open(&self, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        openat(
            self.root,
            self.path,
            flags | OFlags::CLOEXEC | SAFE,
            Mode::from(0o600),
        )
    }

    /// The type of what the path names, links not followed.
    pub fn kind(&self) -> rustix::io::Result<FileType> {
        let stat = statat(self.root, self.path, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(FileType::from_raw_mode(stat.st_mode))
    }
}

/// Flags that keep an open from blocking or taking a terminal.
const SAFE: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY);

/// One operation.
pub struct Probe {
    /// What reports call it.
    pub name: &'static str,
    /// Does it, and gives the outcome.
    pub run: fn(At<'_>) -> Vec<u8>,
}

/// Builds a probe from a function that gives text.
macro_rules! probes {
    ($($name:ident),* $(,)?) => {
        &[$($crate::probe::Probe { name: stringify!($name), run: |at| $name(at).into() }),*]
    };
}
use probes;

/// The operations that suit a file of type `kind` (none: it could not be looked up).
pub fn suited(kind: Option<FileType>) -> impl Iterator<Item = &'static Probe> {
    let own: &[&'static [Probe]] = match kind {
        Some(FileType::RegularFile) => &[
            regular::PROBES,
            vector::PROBES,
            transfer::PROBES,
            ring::PROBES,
            ioctl::PROBES,
        ],
        Some(FileType::Directory) => &[directory::PROBES],
        Some(FileType::Symlink) => &[link::PROBES],
        _ => &[],
    };
    let own = own.iter().copied().flatten();
    any::PROBES
        .iter()
        .chain(place::PROBES)
        .chain(own)
        .chain(change::suited(kind))
}

/// Opens a path for reading, or gives the error's name.
fn opened(at: At<'_>) -> Result<OwnedFd, String> {
    at.open(OFlags::RDONLY)
        .map_err(|error| crate::errno::name(error.raw_os_error()))
}

/// Opens the root of a mounted tree.
pub fn open_root(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    open(path, flags, Mode::empty()).with_context(|| format!("opening {}", path.display()))
}
