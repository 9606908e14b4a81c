// SPDX-License-Identifier: GPL-2.0

//! One at a time in the cache. `scripts/bootstrap` takes the same lock in the same way.

use crate::paths;
use anyhow::{Context, Result};
use rustix::fs::{flock, FlockOperation};
use rustix::io::{fcntl_setfd, FdFlags};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};

/// Held until dropped.
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock; while another process holds it, says which and waits.
pub(crate) fn take() -> Result<Lock> {
    let path = paths::cache()?.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(&path);
    let mut file = file.with_context(|| format!("cannot open {}", path.display()))?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        let mut holder = String::new();
        file.read_to_string(&mut holder)?;
        eprintln!(
            "proc2: waiting for process {}, which holds the cache",
            holder.trim()
        );
        flock(&file, FlockOperation::LockExclusive).context("cannot lock the cache")?;
    }
    // A make that outlives us must hold it too, or the next one would work beside it.
    fcntl_setfd(&file, FdFlags::empty())?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let holder = format!("{} (dev {})\n", std::process::id(), words.join(" "));
    file.set_len(0)?;
    file.write_all(holder.as_bytes())?;
    Ok(Lock { _file: file })
}
