// SPDX-License-Identifier: GPL-2.0

//! LXC, whose containers are described by a file of their own.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Result};

use super::{tests, Test};
use crate::command::run;
use crate::image;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["lxc": procfs, proc2]
}

/// The profiles of containers that have no other.
const PROFILES: &str = "/etc/apparmor.d/lxc-containers";

fn procfs() -> Result<()> {
    let answers = ask(&["lxc.mount.auto = proc:mixed sys:ro"])?;
    answers.programs_work()?;
    let mounts = answers.mounts()?;
    ensure!(
        mounts.len() > 1 && mounts[0].contains(" - proc "),
        "{mounts:#?}"
    );
    Ok(())
}

/// The lines of docs/runtimes/sandboxes.md.
fn proc2() -> Result<()> {
    let page = include_str!("../../../../docs/runtimes/sandboxes.md");
    let ours = |line: &&str| line.trim_start().starts_with("lxc.");
    let lines: Vec<_> = page.lines().filter(ours).map(str::trim).collect();
    ensure!(lines.len() == 2, "the page has the lines {lines:?}");
    ask(&lines)?.are_of_proc2_below(&["/proc/sys/kernel/random/boot_id"])
}

/// Has a container ask, with these lines in its configuration.
fn ask(more: &[&str]) -> Result<Answers> {
    if Path::new("/sys/kernel/security/apparmor").exists() {
        // As the machine's own start does.
        run("apparmor_parser", &["--replace", PROFILES])?.well()?;
    }
    let directory = proc2_e2e::mount::new_directory()?;
    let file = directory.join("config").display().to_string();
    let mut lines = vec![
        format!("lxc.rootfs.path = dir:{}", image::root()?.display()),
        "lxc.net.0.type = empty".into(),
        // What the container says is to come out here.
        "lxc.console.path = none".into(),
    ];
    lines.extend(more.iter().map(ToString::to_string));
    fs::write(&file, lines.join("\n"))?;
    let script = questions::script();
    let arguments = [
        "-F", "-n", "one", "-f", &file, "--", "/bin/sh", "-c", &script,
    ];
    Answers::parse(&run("lxc-start", &arguments)?.well()?)
}
