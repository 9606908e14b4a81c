// SPDX-License-Identifier: GPL-2.0

//! Allocations that fail, one after the other: `/proc/thread-self/fail-nth` lets the n-th one of
//! the calling thread fail that a debug kernel can let fail (Documentation/fault-injection).

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Where the kinds of failures are set up, with the values that let every allocation count: also
/// those that may sleep, and single pages. Nothing is printed, for a failure on purpose is no
/// report.
const KINDS: &[(&str, &[(&str, &str)])] = &[
    ("failslab", &[("ignore-gfp-wait", "N"), ("verbose", "0")]),
    (
        "fail_page_alloc",
        &[
            ("ignore-gfp-wait", "N"),
            ("min-order", "0"),
            ("verbose", "0"),
        ],
    ),
    ("fail_usercopy", &[("verbose", "0")]),
];

/// The means to let things fail.
pub struct Faults {
    nth: File,
    /// The kinds of failures that this kernel has.
    pub kinds: Vec<&'static str>,
}

impl Faults {
    /// Sets the kernel up; nothing where it cannot let allocations fail.
    pub fn new() -> Result<Option<Self>> {
        let mut kinds = Vec::new();
        for (kind, values) in KINDS {
            let folder = Path::new("/sys/kernel/debug").join(kind);
            if !folder.is_dir() {
                continue;
            }
            for (name, value) in *values {
                let file = folder.join(name);
                fs::write(&file, value).with_context(|| format!("writing {}", file.display()))?;
            }
            kinds.push(*kind);
        }
        if !kinds.contains(&"failslab") {
            return Ok(None);
        }
        let path = "/proc/thread-self/fail-nth";
        let nth = OpenOptions::new().read(true).write(true).open(path);
        let nth = nth.with_context(|| format!("opening {path}"))?;
        Ok(Some(Self { nth, kinds }))
    }

    /// Runs `work` while the `n`-th of its allocations fails. With what it gives comes whether that
    /// many were made: if not, none failed.
    pub fn with<T>(&self, n: u32, work: impl FnOnce() -> T) -> Result<(T, bool)> {
        let armed = self.nth.write_at(n.to_string().as_bytes(), 0);
        let done = work();
        // What is left of the count. Reading it may itself be what fails: then `work` had fewer.
        let mut left = [0; 16];
        let read = self.nth.read_at(&mut left, 0);
        // Clearing it too may be what fails, but only once.
        let disarmed = self
            .nth
            .write_at(b"0", 0)
            .or_else(|_| self.nth.write_at(b"0", 0));
        armed.context("setting fail-nth")?;
        disarmed.context("clearing fail-nth")?;
        let failed = read.is_ok_and(|count| left[..count].trim_ascii() == b"0");
        Ok((done, failed))
    }
}
