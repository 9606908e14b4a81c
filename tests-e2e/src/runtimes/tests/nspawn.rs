// SPDX-License-Identifier: GPL-2.0

//! systemd-nspawn, without a systemd that it could tell of its container.

use anyhow::{Context as _, Result};

use super::{tests, Test};
use crate::command::run;
use crate::image;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["nspawn": procfs, proc2]
}

const PLAIN: &[&str] = &[
    "--quiet",
    "--register=no",
    "--keep-unit",
    "--pipe",
    "--volatile=no",
    "--read-only",
    "--private-network",
    // Neither the image nor a machine that has no systemd has what these take.
    "--timezone=off",
    "--link-journal=no",
];

fn ask(script: &str) -> Result<Answers> {
    let root = image::root()?.display().to_string();
    let arguments = [PLAIN, &["--directory", &root, "/bin/sh", "-c", script]].concat();
    Answers::parse(&run("systemd-nspawn", &arguments)?.well()?)
}

fn procfs() -> Result<()> {
    ask(&questions::script())?.are_of_masked_procfs()
}

/// The line of docs/runtimes/sandboxes.md, by the container itself.
fn proc2() -> Result<()> {
    let page = include_str!("../../../../docs/runtimes/sandboxes.md");
    let section = page.split("## systemd-nspawn").nth(1).unwrap_or_default();
    let line = section.lines().find(|line| line.starts_with("    mount "));
    let line = line.context("the page has no line for nspawn")?.trim();
    ask(&format!("{line} && {{ {} }}", questions::script()))?.are_of_proc2_on_top()
}
