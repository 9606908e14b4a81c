// SPDX-License-Identifier: GPL-2.0

//! What became of each mutant, kept in the cache, so that an interrupted run goes on where it was.
//!
//! A result counts for a source, a mutant of it, and a test program; when one of them changes, the mutant is tried anew.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Fate {
    /// A test failed.
    Noticed {
        /// The test.
        test: String,
        /// The first difference that it saw.
        sign: String,
    },
    /// The tests that should have noticed passed.
    Unnoticed,
}

/// The results by the hash of what they are about.
pub(super) struct Results {
    folder: PathBuf,
}

impl Results {
    pub(super) fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The result that is there already.
    pub(super) fn get(&self, key: &str) -> Option<Fate> {
        // One that cannot be read is made again.
        let text = fs::read(self.folder.join(key)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    pub(super) fn put(&self, key: &str, fate: &Fate) -> Result<()> {
        let path = self.folder.join(key);
        fs::write(&path, serde_json::to_vec(fate)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}
