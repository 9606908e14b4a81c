// SPDX-License-Identifier: GPL-2.0

//! crun, which Podman starts. It mounts what config.json says, so an instance is a word in there.

use anyhow::Result;

use super::{tests, Test};
use crate::bundle::Bundle;
use crate::questions::Answers;

pub(super) fn tests() -> Vec<Test> {
    tests!["crun": procfs, proc2, proc2_in_a_user_namespace]
}

fn procfs() -> Result<()> {
    let text = Bundle::new("crun")?.run("crun")?.well()?;
    Answers::parse(&text)?.are_of_masked_procfs()
}

fn proc2() -> Result<()> {
    let mut bundle = Bundle::new("crun")?;
    bundle.use_proc2()?;
    Answers::parse(&bundle.run("crun")?.well()?)?.are_of_proc2()
}

fn proc2_in_a_user_namespace() -> Result<()> {
    let mut bundle = Bundle::new("crun")?;
    bundle.use_proc2()?;
    bundle.use_user_namespace()?;
    Answers::parse(&bundle.run("crun")?.well()?)?.are_of_proc2()
}
