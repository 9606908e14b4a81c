// SPDX-License-Identifier: GPL-2.0

//! One thing over and over, for whoever watches which instructions are executed.

use std::fs;

use super::cast::{single, Crowd};
use super::entries::read_once;
use super::root::{list, Listing};
use super::stage::{Mount, Side, Stage};
use super::{clock::Meter, entries::open, scan};
use anyhow::{bail, Result};
use rustix::fs::{readlinkat_raw, statat, AtFlags, CWD};

/// How many tasks are listed, looked up or scanned: few, so that a profile holds it several times.
const CROWD: usize = 10;

/// Does `name` until the VM is stopped: `read:ENTRY`, `stat:ENTRY`, `readlink:ENTRY`, `dir:ENTRY`, `root`, `lookup`, `scan`
/// or `mount`.
pub(crate) fn forever(name: &str, side: &str) -> Result<()> {
    let side = match side {
        "proc2" => Side::Proc2,
        "procfs" => Side::Procfs,
        other => bail!("{other} is neither proc2 nor procfs"),
    };
    let stage = Stage::new()?;
    let mut crowd = Crowd::default();
    let process = single()?;
    let (what, entry) = name.split_once(':').unwrap_or((name, ""));
    let path = stage
        .mount(side)
        .path(&format!("{}/{entry}", process.id()))?;
    let mut buffer = vec![1; 64 << 10];
    let mut work: Box<dyn FnMut() -> Result<()>> = match what {
        "read" => Box::new(|| Ok(read_once(&path, &mut buffer).map(drop)?)),
        "stat" => Box::new(|| Ok(statat(CWD, path.as_c_str(), AtFlags::empty()).map(drop)?)),
        "readlink" => Box::new(|| Ok(readlinkat_raw(CWD, path.as_c_str(), &mut buffer).map(drop)?)),
        "dir" => Box::new(|| list(&open(&path)?, &mut buffer).map(drop)),
        "root" => {
            crowd.grow(CROWD)?;
            let mut listing = Listing::new(stage.mount(side), &crowd)?;
            Box::new(move || listing.count(&Meter::short()).map(drop))
        }
        "scan" => {
            crowd.grow(CROWD)?;
            Box::new(|| scan::scan(stage.mount(side), &crowd).map(drop))
        }
        "lookup" => {
            // A fresh instance each time: its making is a part of the profile.
            crowd.grow(CROWD)?;
            Box::new(|| {
                let mount = Mount::fresh(side, "")?;
                for id in crowd.ids() {
                    statat(
                        CWD,
                        mount.path(&format!("{id}/stat"))?.as_c_str(),
                        AtFlags::empty(),
                    )?;
                }
                Ok(())
            })
        }
        "mount" => Box::new(|| Mount::fresh(side, "").map(drop)),
        other => bail!("{other} is nothing to repeat"),
    };
    for _ in 0..3 {
        work()?;
    }
    // Who watches needs the addresses of this boot.
    fs::copy("/proc/kallsyms", std::env::var("PROC2_BENCH_SYMBOLS")?)?;
    println!("repeating {name}");
    loop {
        work()?;
        // Shows where one ends and the next begins.
        let _ = rustix::process::getppid();
    }
}
