// SPDX-License-Identifier: GPL-2.0

//! kmemleak, on a kernel that has it: what nothing points to when the command has ended goes to the kernel log, where the
//! host's judge of that log finds it.

use crate::insmod::kernel_log;
use anyhow::{Context, Result};
use std::{fs, thread, time::Duration};

const KMEMLEAK: &str = "/sys/kernel/debug/kmemleak";

/// Younger objects may be on a stack of someone's and are not reported (MSECS_MIN_AGE of mm/kmemleak.c, and some more).
const AGE: Duration = Duration::from_secs(6);

/// Forgets what the kernel itself has left behind by now.
pub(crate) fn forget() -> Result<()> {
    scan()?;
    ask("clear")
}

/// Looks for leaks and writes each to the kernel log. Returns their number.
pub(crate) fn report() -> Result<usize> {
    scan()?;
    let text = fs::read_to_string(KMEMLEAK).context("cannot read kmemleak's report")?;
    for line in text.lines() {
        kernel_log(&format!("kmemleak: {line}"));
    }
    let leaks = text.matches("unreferenced object").count();
    kernel_log(&format!("proc2-vm: kmemleak has found {leaks} leaks"));
    Ok(leaks)
}

/// Two passes: an object counts as leaked when its content rested between them.
fn scan() -> Result<()> {
    thread::sleep(AGE);
    ask("scan")?;
    ask("scan")
}

fn ask(what: &str) -> Result<()> {
    fs::write(KMEMLEAK, what).with_context(|| format!("kmemleak does not take {what:?}"))
}
