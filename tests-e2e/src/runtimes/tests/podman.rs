// SPDX-License-Identifier: GPL-2.0

//! Podman, with crun below it: root's containers, and an ordinary user's.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::{tests, Test};
use crate::command::{finish, limited};
use crate::questions::{self, Answers};
use crate::user::User;
use crate::{front, image, machine, pages};

pub(super) fn tests() -> Vec<Test> {
    tests!["podman": procfs, procfs_of_an_ordinary_user, proc2_of_an_ordinary_user, page]
}

/// There is neither a systemd nor a journal in the VM.
const PLAIN: &[&str] = &["--cgroup-manager=cgroupfs", "--events-backend=none"];

/// The same for the page.
const CONF: &str = "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_backend = \"none\"\n\
                    [containers]\nlog_driver = \"k8s-file\"\n";

/// What an ordinary user needs: the lines of docs/runtimes/podman.md.
fn user_conf() -> String {
    let page = include_str!("../../../../docs/runtimes/podman.md");
    let ours = |line: &&str| line.starts_with("    ");
    let lines: Vec<_> = page.lines().filter(ours).map(str::trim).collect();
    lines.join("\n") + "\n"
}

/// How containers are started that ask about `/proc`.
const RUN: &[&str] = &["run", "--rm", "--network=none", "--log-driver=none"];

/// Imports the image and has a container of it ask; `podman` gives a command of Podman's, with its
/// options.
fn ask(podman: impl Fn() -> Result<Command>, options: &[&str]) -> Result<Answers> {
    let mut import = podman()?;
    import.arg("import").arg(image::tar()?).arg("image");
    finish(import)?.well()?;
    let mut container = podman()?;
    container.args(RUN).args(options);
    container.args(["image", "/bin/sh", "-c", &questions::script()]);
    Answers::parse(&finish(container)?.well()?)
}

fn procfs() -> Result<()> {
    machine::fresh("/var/lib/containers")?;
    let podman = || {
        let mut podman = limited("podman")?;
        podman.args(PLAIN).arg("--runtime=crun");
        Ok(podman)
    };
    ask(podman, &[])?.are_of_masked_procfs()
}

fn procfs_of_an_ordinary_user() -> Result<()> {
    of_an_ordinary_user("crun")?.are_of_masked_procfs()
}

fn proc2_of_an_ordinary_user() -> Result<()> {
    front::install()?;
    of_an_ordinary_user("proc2")?.are_of_proc2()
}

/// The lines of docs/runtimes/podman.md.
fn page() -> Result<()> {
    let page = include_str!("../../../../docs/runtimes/podman.md");
    front::install()?;
    machine::fresh("/var/lib/containers")?;
    fs::create_dir_all("/etc/containers")?;
    fs::write("/etc/containers/containers.conf", CONF)?;
    let tar = image::tar()?.display().to_string();
    let mut import = limited("podman")?;
    import.args(["import", &tar, "image"]);
    finish(import)?.well()?;
    let done = pages::run(page);
    fs::remove_file("/etc/containers/containers.conf")?;
    done
}

/// Has a container of the user's ask.
fn of_an_ordinary_user(runtime: &str) -> Result<Answers> {
    let user = User::new()?;
    let conf = format!("{}/containers.conf", user.home);
    fs::write(&conf, user_conf())?;
    let podman = || {
        let mut podman = user.limited("podman")?;
        podman
            .args(PLAIN)
            .args(["--storage-driver=vfs", "--runtime", runtime])
            .env("CONTAINERS_CONF", &conf);
        Ok(podman)
    };
    // Whose cgroups they could be is for a systemd to say.
    ask(podman, &["--cgroups=disabled"])
}
