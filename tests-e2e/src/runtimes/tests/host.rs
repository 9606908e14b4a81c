// SPDX-License-Identifier: GPL-2.0

//! proc2 as the machine's own `/proc`: the lines of docs/host.md, and what goes by a type's name.

use std::path::Path;

use anyhow::{ensure, Result};
use rustix::mount::{mount, MountFlags};

use super::{tests, Test};
use crate::command::{built, run};
use crate::pages;

pub(super) fn tests() -> Vec<Test> {
    tests!["host": page, by_name, check]
}

const NOBODY: &[&str] = &["--reuid=65534", "--regid=65534", "--clear-groups"];

fn page() -> Result<()> {
    pages::run(include_str!("../../../../docs/host.md"))
}

/// An instance on `/proc`, over the procfs that was there.
pub(super) fn on_proc(options: Option<&std::ffi::CStr>) -> Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc2", "/proc", "proc2", flags, options)?;
    Ok(())
}

/// What the page says that programs do without its lines.
fn by_name() -> Result<()> {
    on_proc(None)?;
    let lists = |line: &str| -> Result<bool> {
        let said = run("sh", &["-c", line])?.output;
        Ok(said.lines().any(|line| line.contains("proc2")))
    };
    ensure!(lists("df -a -x proc")?, "df knows proc2");
    ensure!(lists("findmnt --real")?, "findmnt knows proc2");
    ensure!(lists("mount -t noproc")?, "mount knows proc2");
    let walked =
        "find /proc -maxdepth 1 -fstype proc -prune -o -name version -print | sed s/^/proc2/";
    ensure!(lists(walked)?, "find knows proc2");
    let others = "noproc,tmpfs,overlay,sysfs,devtmpfs";
    let gone = format!("umount -a -t {others}; grep '^proc2' /proc/self/mounts");
    let said = run("unshare", &["-m", "sh", "-c", &gone])?;
    ensure!(said.output.is_empty(), "umount knows proc2: {said}");
    Ok(())
}

/// `proc2-check` says whether sandboxes will start, and they do as it says.
fn check() -> Result<()> {
    let program = built("proc2-check")?;
    let starts = || -> Result<bool> {
        let words = ["unshare", "-Urpf", "--mount-proc", "true"];
        Ok(run("setpriv", &[NOBODY, &words].concat())?.status == 0)
    };
    let said = || run(&program, &[]);
    let before = said()?;
    ensure!(before.output.contains("ok: the kernel"), "{before}");
    ensure!(starts()?, "sandboxes do not start with procfs alone");
    on_proc(Some(c"hidepid=invisible"))?;
    let shut = said()?;
    let instance = "ok: an instance with hidepid=invisible is mounted on /proc";
    ensure!(
        shut.status == 1 && shut.output.contains("\ndo: sandboxes"),
        "{shut}"
    );
    ensure!(shut.output.contains(instance), "{shut}");
    ensure!(!starts()?, "sandboxes start with proc2 alone");
    // What it says is what has to be typed.
    let lines = shut
        .output
        .split("\ndo: sandboxes")
        .nth(1)
        .unwrap_or_default()
        .lines()
        .skip(1);
    for line in lines.take_while(|line| line.starts_with("    ")) {
        run("sh", &["-c", line])?.well()?;
    }
    let open = said()?;
    ensure!(
        open.output
            .contains("ok: sandboxes of ordinary users will start"),
        "{open}"
    );
    ensure!(
        starts()?,
        "sandboxes do not start with a procfs out of reach"
    );
    let reach = run("setpriv", &[NOBODY, &["ls", "/run/proc2"]].concat())?;
    ensure!(
        reach.status != 0 && Path::new("/run/proc2/procfs/stat").exists(),
        "{reach}"
    );
    Ok(())
}
