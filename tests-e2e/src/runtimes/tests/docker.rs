// SPDX-License-Identifier: GPL-2.0

//! Docker: dockerd, which starts containerd and runc.

use anyhow::Result;

use super::{tests, Test};
use crate::command::run;
use crate::daemon::Daemon;
use crate::questions::{self, Answers};
use crate::{front, image, machine, pages};

pub(super) fn tests() -> Vec<Test> {
    tests!["docker": procfs, page]
}

const SOCKET: &str = "/run/docker.sock";

/// No network, which asks for netfilter, and layers as plain copies.
const PLAIN: &[&str] = &["--bridge=none", "--iptables=false", "--storage-driver=vfs"];

fn procfs() -> Result<()> {
    machine::fresh("/var/lib/docker")?;
    let daemon = Daemon::start("dockerd", PLAIN, SOCKET)?;
    daemon.explain(ask())
}

/// The lines of docs/runtimes/docker.md.
fn page() -> Result<()> {
    let page = include_str!("../../../../docs/runtimes/docker.md");
    front::install()?;
    machine::fresh("/var/lib/docker")?;
    machine::fresh("/etc/docker")?;
    pages::write_files(page)?;
    let daemon = Daemon::start("dockerd", PLAIN, SOCKET)?;
    daemon.explain(import().and_then(|()| pages::run(page)))
}

fn import() -> Result<()> {
    let tar = image::tar()?.display().to_string();
    run("docker", &["import", &tar, "image"])?.well()?;
    Ok(())
}

fn ask() -> Result<()> {
    import()?;
    let script = questions::script();
    let arguments = [
        "run",
        "--rm",
        "--network=none",
        "image",
        "/bin/sh",
        "-c",
        &script,
    ];
    Answers::parse(&run("docker", &arguments)?.well()?)?.are_of_masked_procfs()
}
