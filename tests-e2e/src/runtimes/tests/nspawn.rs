// SPDX-License-Identifier: GPL-2.0

//! systemd-nspawn, without a systemd that it could tell of its container.

use anyhow::Result;

use super::{tests, Test};
use crate::command::run;
use crate::image;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["nspawn": procfs]
}

const PLAIN: &[&str] = &[
    "--quiet",
    "--register=no",
    "--keep-unit",
    "--pipe",
    "--volatile=no",
    "--read-only",
    "--private-network",
];

fn procfs() -> Result<()> {
    let (root, script) = (image::root()?.display().to_string(), questions::script());
    let arguments = [PLAIN, &["--directory", &root, "/bin/sh", "-c", &script]].concat();
    Answers::parse(&run("systemd-nspawn", &arguments)?.well()?)?.are_of_masked_procfs()
}
