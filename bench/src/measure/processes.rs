// SPDX-License-Identifier: GPL-2.0

//! The processes that are looked at.

use std::fs::File;

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{become_user, USER};
use proc2_e2e::child::Sleeper;

/// Files that the single process has open.
const OPEN_FILES: usize = 16;

/// A process of root that sleeps, with some open files.
pub(crate) fn single() -> Result<Sleeper> {
    Sleeper::new(|| {
        for _ in 0..OPEN_FILES {
            std::mem::forget(File::open("/dev/null").context("opening /dev/null")?);
        }
        Ok(())
    })
}

/// Many processes of [`USER`] that sleep, none of which anyone has looked at.
#[derive(Default)]
pub(crate) struct Sleepers(Vec<Sleeper>);

impl Sleepers {
    /// Makes more of them until there are `size`.
    pub(crate) fn grow(&mut self, size: usize) -> Result<()> {
        while self.0.len() < size {
            self.0.push(Sleeper::new_unwatched(|| become_user(USER))?);
        }
        Ok(())
    }

    /// Their process ids.
    pub(crate) fn ids(&self) -> Vec<i32> {
        self.0.iter().map(Sleeper::id).collect()
    }

    /// How many there are.
    pub(crate) fn size(&self) -> usize {
        self.0.len()
    }

    /// The id of the first, which the others' follow.
    pub(crate) fn first(&self) -> Result<i32> {
        self.0.first().map(Sleeper::id).context("nobody is there")
    }
}
