// SPDX-License-Identifier: GPL-2.0

//! LXC, whose containers are described by a file of their own.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;

use anyhow::{ensure, Result};
use proc2_vm_init::{SUBORDINATE, USER_ID};

use super::{tests, Test};
use crate::command::{finish, run};
use crate::image;
use crate::questions::{self, Answers};
use crate::user::User;

pub(super) fn tests() -> Vec<Test> {
    tests!["lxc": procfs, proc2, proc2_in_a_user_namespace, proc2_of_an_ordinary_user]
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

/// What LXC mounts over parts of any `/proc`.
const ITS_OWN: &[&str] = &["/proc/sys/kernel/random/boot_id"];

/// The lines of docs/runtimes/sandboxes.md.
fn lines() -> Result<Vec<&'static str>> {
    let page = include_str!("../../../../docs/runtimes/sandboxes.md");
    let ours = |line: &&str| line.trim_start().starts_with("lxc.");
    let lines: Vec<_> = page.lines().filter(ours).map(str::trim).collect();
    ensure!(lines.len() == 2, "the page has the lines {lines:?}");
    Ok(lines)
}

fn proc2() -> Result<()> {
    ask(&lines()?)?.are_of_proc2_below(ITS_OWN)
}

/// The same, and the ids of a container whose root is none outside.
fn lines_with_ids() -> Result<Vec<String>> {
    let ids = ["u", "g"].map(|kind| format!("lxc.idmap = {kind} 0 {SUBORDINATE} 65536"));
    Ok(lines()?.into_iter().map(str::to_owned).chain(ids).collect())
}

fn proc2_in_a_user_namespace() -> Result<()> {
    for file in ["/etc/subuid", "/etc/subgid"] {
        let text = fs::read_to_string(file).unwrap_or_default();
        fs::write(file, format!("{text}root:{SUBORDINATE}:65536\n"))?;
    }
    ask(&lines_with_ids()?)?.are_of_proc2_below(ITS_OWN)
}

fn proc2_of_an_ordinary_user() -> Result<()> {
    let user = User::new()?;
    let (file, state) = (
        format!("{}/config", user.home),
        format!("{}/lxc", user.home),
    );
    configure(&file, &lines_with_ids()?)?;
    fs::create_dir(&state)?;
    // A cgroup of the user's, as a session has one.
    let cgroup = "/sys/fs/cgroup/proc2-user";
    fs::create_dir_all(cgroup)?;
    for name in [
        "",
        "cgroup.procs",
        "cgroup.subtree_control",
        "cgroup.threads",
    ] {
        chown(Path::new(cgroup).join(name), Some(USER_ID), Some(USER_ID))?;
    }
    chown(&state, Some(USER_ID), Some(USER_ID))?;
    let script = questions::script();
    let mut start = user.limited("lxc-start")?;
    start.args([
        "-P", &state, "-F", "-n", "one", "-f", &file, "--", "/bin/sh", "-c", &script,
    ]);
    let enter = format!("{cgroup}/cgroup.procs");
    fs::write(&enter, std::process::id().to_string())?;
    let done = finish(start);
    fs::write(
        "/sys/fs/cgroup/cgroup.procs",
        std::process::id().to_string(),
    )?;
    Answers::parse(&done?.well()?)?.are_of_proc2_below(ITS_OWN)
}

/// Has a container ask, with these lines in its configuration.
fn ask(more: &[impl AsRef<str>]) -> Result<Answers> {
    if Path::new("/sys/kernel/security/apparmor").exists() {
        // As the machine's own start does.
        run("apparmor_parser", &["--replace", PROFILES])?.well()?;
    }
    let directory = proc2_e2e::mount::new_directory()?;
    let file = directory.join("config").display().to_string();
    configure(&file, more)?;
    let script = questions::script();
    let arguments = [
        "-F", "-n", "one", "-f", &file, "--", "/bin/sh", "-c", &script,
    ];
    Answers::parse(&run("lxc-start", &arguments)?.well()?)
}

/// Writes the configuration of a container, with these lines.
fn configure(file: &str, more: &[impl AsRef<str>]) -> Result<()> {
    let mut lines = vec![
        format!("lxc.rootfs.path = dir:{}", image::root()?.display()),
        "lxc.net.0.type = empty".into(),
        // What the container says is to come out here.
        "lxc.console.path = none".into(),
    ];
    lines.extend(more.iter().map(|line| line.as_ref().to_owned()));
    Ok(fs::write(file, lines.join("\n"))?)
}
