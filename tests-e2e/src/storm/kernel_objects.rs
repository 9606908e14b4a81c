// SPDX-License-Identifier: GPL-2.0

//! What the kernel holds of everything that a storm makes, before and after: a leak shows here.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{bail, Context as _, Result};

/// Slab caches, with how many objects more than before the rest of the system may account for.
const CACHES: &[(&str, u64)] = &[
    // Nothing but instances has these: with the last of them all are gone.
    ("proc2_inode_cache", 0),
    ("mnt_cache", 8),
    ("pid", 24),
    ("pid_namespace", 0),
    ("user_namespace", 0),
    ("uts_namespace", 0),
    ("task_struct", 24),
    ("mm_struct", 8),
    ("cred", 24),
    ("seq_file", 8),
    ("filp", 64),
    ("dentry", 400),
];

/// Where the kernel tells of objects that nothing points to.
const KMEMLEAK: &str = "/sys/kernel/debug/kmemleak";

/// Times that what was freed late gets to be gone: a grace period, a work queue, a CPU's own cache.
const PATIENCE: u32 = 60;
const PAUSE: Duration = Duration::from_millis(250);

/// How many objects each cache has.
#[derive(Debug, Clone)]
pub struct KernelObjects {
    counts: Vec<(&'static str, u64, u64)>,
}

impl KernelObjects {
    /// Counts, after caches were emptied.
    pub fn now() -> Result<Self> {
        fs::write("/proc/sys/vm/drop_caches", "2").context("emptying caches")?;
        let mut counts = Vec::new();
        for (name, more) in CACHES {
            let cache = Path::new("/sys/kernel/slab").join(name);
            // A kernel without the feature has no such cache; proc2's own must be there.
            if !cache.is_dir() && *name != "proc2_inode_cache" {
                continue;
            }
            if !cache.is_dir() && crate::is_procfs() {
                continue;
            }
            fs::write(cache.join("shrink"), "1")
                .with_context(|| format!("shrinking the cache {name}"))?;
            counts.push((*name, objects(&cache)?, *more));
        }
        Ok(Self { counts })
    }

    /// Waits until all is back to what it was, and lets kmemleak look for the rest.
    pub fn settle(&self) -> Result<()> {
        self.settle_counts()?;
        leaks()
    }

    /// Waits until the counts alone are back: kmemleak takes half a minute.
    pub fn settle_counts(&self) -> Result<()> {
        let mut grown = Vec::new();
        for _ in 0..PATIENCE {
            let now = Self::now()?;
            let pairs = self.counts.iter().zip(&now.counts);
            grown = pairs
                .filter(|((_, before, more), (_, after, _))| after > &(before + more))
                .map(|((name, before, _), (_, after, _))| format!("{name}: {before}, now {after}"))
                .collect();
            if grown.is_empty() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("the kernel holds more than before: {}", grown.join("; "))
    }
}

/// The first word of `objects`; the rest says the same by node.
fn objects(cache: &Path) -> Result<u64> {
    let file = cache.join("objects");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let word = text.split_whitespace().next().unwrap_or_default();
    word.parse()
        .with_context(|| format!("{} says {text:?}", file.display()))
}

/// Asks kmemleak, where the kernel has it. Its scan is long: only for storms that are not short.
fn leaks() -> Result<()> {
    if super::size::size() == super::size::Size::Short || !Path::new(KMEMLEAK).exists() {
        return Ok(());
    }
    // What one scan suspects, the second confirms: a pointer may have been under way.
    for _ in 0..2 {
        fs::write(KMEMLEAK, "scan").context("kmemleak's scan")?;
        // Objects count only from a certain age on.
        std::thread::sleep(Duration::from_secs(6));
    }
    let found = fs::read_to_string(KMEMLEAK)?;
    if !found.is_empty() {
        let head: Vec<_> = found.lines().take(60).collect();
        bail!("kmemleak found:\n{}", head.join("\n"));
    }
    Ok(())
}
