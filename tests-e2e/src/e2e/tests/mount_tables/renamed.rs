// SPDX-License-Identifier: GPL-2.0

//! Mount tables while directories on the way to a mount are renamed.

use std::fs;
use std::path::PathBuf;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::{self, Sleeper};
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use proc2_e2e::patience::part;
use rustix::mount::MountFlags;
use rustix::process::{set_parent_process_death_signal, Signal};

use super::super::Test;
use super::{dir, process, read_by, tmpfs, TABLES};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["mount_tables::renamed": short_and_long]
}

/// A directory on the way to a mount is renamed all the time, from a name that stands in its dentry
/// to one that does not: each line has the one or the other.
fn short_and_long() -> Result<()> {
    const SHORT: &str = "short";
    const LONG: &str = "a-name-that-does-not-stand-in-the-dentry-0123456789";
    let mounted = process(|top| {
        tmpfs("renamed", &dir(top, "short/point")?, MountFlags::empty())?;
        Ok(())
    })?;
    let root = PathBuf::from(format!("/proc/{}/root/tmp", mounted.id()));
    let names = [SHORT, LONG].map(|name| root.join(name));
    let renames = child::fork_with(0, || {
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        for step in 0.. {
            let [from, to] = [step % 2, (step + 1) % 2].map(|name| &names[name]);
            if let Err(error) = fs::rename(from, to) {
                eprintln!("{from:?} to {to:?}: {error}");
                return 1;
            }
        }
        0
    })?;
    let renames = Sleeper { pid: renames };
    let instance = Instance::new(&fstype(), "")?;
    let [mut short, mut long] = [0, 0];
    for table in TABLES {
        let path = instance.join(format!("{}/{table}", mounted.id()));
        for _ in 0..2_000 / part() {
            let text = String::from_utf8(read_by(&path, 1 << 16)?)?;
            let line = text.lines().find(|line| line.contains("renamed"));
            let line = line.with_context(|| format!("the mount is not in {table}:\n{text}"))?;
            let has = |name: &str| line.contains(&format!(" /tmp/{name}/point "));
            match (has(SHORT), has(LONG)) {
                (true, false) => short += 1,
                (false, true) => long += 1,
                _ => anyhow::bail!("{line:?}"),
            }
        }
    }
    drop(renames);
    println!("  {short} and {long} lines");
    ensure!(short > 20 && long > 20, "{short} and {long} lines");
    Ok(())
}
