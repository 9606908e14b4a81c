// SPDX-License-Identifier: GPL-2.0

//! containerd, asked by its own client, with runc below it.

use anyhow::Result;

use super::{tests, Test};
use crate::command::run;
use crate::daemon::Daemon;
use crate::questions::{self, Answers};
use crate::{front, image, machine, pages};

pub(super) fn tests() -> Vec<Test> {
    tests!["containerd": procfs, page]
}

const SOCKET: &str = "/run/containerd/containerd.sock";

fn procfs() -> Result<()> {
    start()?.explain(ask())
}

/// The lines of docs/runtimes/containerd.md.
fn page() -> Result<()> {
    front::install()?;
    image::root()?;
    let page = include_str!("../../../../docs/runtimes/containerd.md");
    start()?.explain(pages::run(page))
}

fn start() -> Result<Daemon> {
    machine::fresh("/var/lib/containerd")?;
    Daemon::start("containerd", &[], SOCKET)
}

fn ask() -> Result<()> {
    let (root, script) = (image::root()?.display().to_string(), questions::script());
    let arguments = [
        "run", "--rm", "--rootfs", &root, "one", "/bin/sh", "-c", &script,
    ];
    Answers::parse(&run("ctr", &arguments)?.well()?)?.are_of_masked_procfs()
}
