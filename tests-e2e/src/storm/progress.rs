// SPDX-License-Identifier: GPL-2.0

//! How far a long run is, kept in a file of the directory that `PROC2_STATE` names, so that another
//! run goes on from there.

use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// What has been done.
pub struct Progress {
    /// How many of whatever it is.
    pub done: u64,
    earlier: u64,
    begun: Instant,
    file: Option<PathBuf>,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    done: u64,
    seconds: u64,
}

impl Progress {
    /// Where the last run of this name came to; the start if there is none or nothing is kept.
    pub fn load(name: &str) -> Result<Self> {
        let file = env::var_os("PROC2_STATE").map(|folder| PathBuf::from(folder).join(name));
        let kept = match &file {
            Some(file) if file.exists() => {
                let text = fs::read(file)?;
                serde_json::from_slice(&text).with_context(|| format!("in {}", file.display()))?
            }
            _ => Kept::default(),
        };
        Ok(Self {
            done: kept.done,
            earlier: kept.seconds,
            begun: Instant::now(),
            file,
        })
    }

    /// Seconds spent, earlier runs included.
    pub fn seconds(&self) -> u64 {
        self.earlier + self.begun.elapsed().as_secs()
    }

    /// Keeps it.
    pub fn save(&self) -> Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let kept = Kept {
            done: self.done,
            seconds: self.seconds(),
        };
        eprintln!("{}: {} done", file.display(), kept.done);
        fs::write(file, serde_json::to_vec(&kept)?)
            .with_context(|| format!("writing {}", file.display()))
    }
}
